import { isIP } from "node:net";

import { addressKind } from "@caio/adapters";

import type { WantedService } from "./wanted-service.ts";

/** What a new folder shall serve. */
export interface WantedFolder {
  readonly services: readonly WantedService[];
  readonly port: number;
}

/** Who may use the services of a new folder: the admin that `serve` makes, and keys with this permission. */
export const PERMISSION = "services";

/** The files of a new folder by their names. A secret is in none of them: what holds one is named. */
export function folderTexts({ services, port }: WantedFolder): ReadonlyMap<string, string> {
  const secrets = [...new Set(services.flatMap(({ secret }) => (secret === undefined ? [] : [secret])))];
  return new Map([
    ["caio.yaml", configurationText({ services, port }, secrets)],
    ["policy.yaml", policyText],
    ...services.map((service): [string, string] => [`contracts/${service.id}.yaml`, contractText(service)]),
    [".env.example", environmentText(secrets)],
    [".gitignore", "# What the gateway keeps, its signing key among it, and the keys of services.\ncaio-data/\n.env\n"],
  ]);
}

function configurationText({ services, port }: WantedFolder, secrets: readonly string[]): string {
  const programs = services.flatMap((service) => (service.kind === "mcp" && "command" in service.target ? [{ ...service, ...service.target }] : []));
  const egress = [...new Set(services.flatMap((service) => addressesOf(service)).filter((url) => localityOf(url) === "private_cloud").map((url) => new URL(url).origin))];
  return [
    "# The gateway: caio serve. Paths are relative to this file; what is left out has a safe default.",
    "caio_gateway: 1",
    `listen: { host: 127.0.0.1, port: ${String(port)} }`,
    "# The store, the log and the signing key. Back it up; lose the key and nobody can tell your receipts from another's.",
    "data: caio-data",
    services.length === 0 ? "# contracts: contracts   # a folder of contracts, once there is one" : "contracts: contracts",
    "policy: policy.yaml",
    "# What contracts may ask for as a secret. The values come from the environment.",
    `secrets: ${list(secrets.map((name) => `env:${name}`))}`,
    "# Private addresses that may be called; public ones, and this machine for local services, need no leave.",
    `egress: ${list(egress)}`,
    ...(programs.length === 0 ? [] : ["# Programs that the gateway starts for MCP services. They get PATH and the variables that are named here.", "mcp_servers:", ...programs.map(({ id, command, args, secret }) => `  ${id}: { command: ${quoted(command)}, args: ${list(args)}, environment: ${list(secret === undefined ? [] : [secret])} }`)]),
    "log: { level: info }",
    "",
  ].join("\n");
}

const policyText = `# The policy that holds for every request. Test a change before it counts: caio validate policy.yaml
caio_policy: 1
id: house
currency: USD
# What counts when several services will do.
weights: { intent: 0.3, attention: 0.1, rl: 0.2, resonance: 0.1, cost: 0.2, risk: 0.05, latency: 0.05 }
limits: { deadline_ms: 60000 }
# Texts with these labels stay on this machine, or go where encryption is end to end.
privacy: { mode: strict, sensitive: [personal, health, payment_card, bank_account] }
# A service that fails before its first byte is followed by the next one; after it the answer ends with an error, never as if it were whole.
fallback: { max_attempts: 3, after_first_byte: error }
rules:
  - id: no-previews
    deny: 'service.version_major < 1'
    reason: Previews are not for production.
`;

function contractText(service: WantedService): string {
  const [first] = addressesOf(service);
  const locality = first === undefined ? "local" : localityOf(first);
  const capabilities = service.kind === "openai" ? ["inference.chat", "inference.embedding"] : service.kind === "http" ? [service.capability] : service.tools.map((tool) => toolCapability(service.id, tool));
  return [
    "# The contract of a service: what it can do, what it promises, what it costs, where the data stays. Check it: caio validate FILE",
    `service_id: ${service.id}`,
    "version: 1.0.0",
    `capabilities: ${list(capabilities)}`,
    ...(service.kind === "openai" && service.model !== undefined ? [`models: [{ id: ${quoted(service.model)} }]`] : []),
    "# Say what it promises once it was measured, and the gateway holds it to that:",
    "# guarantees: { latency_ms: 2000, availability: 0.99 }",
    ...(locality === "local" ? ["cost: { model: free }"] : ["# Say what it costs; until then no key with a budget can use it:", "# cost: { model: per_token, input_token: 0.00000015, output_token: 0.0000006, currency: USD }"]),
    `privacy: { data_locality: ${locality} }`,
    `access: { required_permissions: [caio.admin, ${PERMISSION}] }`,
    ...apiLines(service),
    "",
  ].join("\n");
}

function apiLines(service: WantedService): readonly string[] {
  const auth = service.secret === undefined ? [] : [`  auth: { scheme: bearer, secret: ${quoted(`env:${service.secret}`)} }`];
  if (service.kind === "openai") return ["api:", "  protocol: openai", `  base_url: ${quoted(service.url)}`, ...auth];
  if (service.kind === "http") {
    const { origin, pathname } = new URL(service.url);
    return ["api:", "  protocol: http", `  base_url: ${quoted(origin)}`, "  endpoints:", `    - { capability: ${service.capability}, path: ${quoted(pathname)}, method: POST }`, ...auth];
  }
  const tools = service.tools.map((tool) => `    - { capability: ${toolCapability(service.id, tool)}, tool: ${quoted(tool)} }`);
  const way = "url" in service.target ? ["  transport: http", `  base_url: ${quoted(service.target.url)}`, ...auth] : ["  transport: stdio", `  server: ${service.id}`];
  return ["api:", "  protocol: mcp", ...way, "  endpoints:", ...tools];
}

/** The capability by which a tool is reached: `tools.<service>.<tool>`, in the characters of a capability. */
function toolCapability(id: string, tool: string): string {
  const segment = tool.toLowerCase().replace(/[^a-z0-9_-]+/g, "-").replace(/^[^a-z0-9]+/, "");
  return `tools.${id}.${segment === "" ? "tool" : segment}`.slice(0, 120);
}

function environmentText(secrets: readonly string[]): string {
  const head = "# Copy to .env, fill in, and start with: caio serve --env-file .env\n";
  return secrets.length === 0 ? `${head}# No service of this folder needs a key.\n` : head + secrets.map((name) => `${name}=\n`).join("");
}

function addressesOf(service: WantedService): readonly string[] {
  if (service.kind !== "mcp") return [service.url];
  return "url" in service.target ? [service.target.url] : [];
}

/** What the address says of where a service runs. A name says nothing, so it counts as outside until its contract says otherwise. */
function localityOf(url: string): "local" | "private_cloud" | "external" {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || host.endsWith(".localhost")) return "local";
  const kind = isIP(host) === 0 ? "public" : addressKind(host);
  return kind === "loopback" ? "local" : kind === "private" ? "private_cloud" : "external";
}

function list(items: readonly string[]): string {
  return `[${items.map((item) => (/^[A-Za-z][A-Za-z0-9._-]*$/.test(item) ? item : quoted(item))).join(", ")}]`;
}

/** JSON text is YAML text. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
