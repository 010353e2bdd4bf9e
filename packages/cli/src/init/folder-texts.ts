import { isIP } from "node:net";

import { addressKind } from "@caio/adapters";
import { parseDecimal } from "@caio/core";

import { policyText } from "./policy-text.ts";
import type { WantedPolicy } from "./wanted-policy.ts";
import type { WantedService } from "./wanted-service.ts";

/** What a new folder shall serve. */
export interface WantedFolder {
  readonly services: readonly WantedService[];
  readonly policy: WantedPolicy;
  readonly port: number;
}

/** Who may use the services of a new folder: the admin that `serve` makes, and keys with this permission. */
export const PERMISSION = "services";

/** The files of a new folder by their names. A secret is in none of them: what holds one is named. */
export function folderTexts({ services, policy, port }: WantedFolder): ReadonlyMap<string, string> {
  const secrets = [...new Set(services.flatMap(({ secret }) => (secret === undefined ? [] : [secret])))];
  return new Map([
    ["caio.yaml", configurationText({ services, port }, secrets)],
    ["policy.yaml", policyText(policy)],
    ...services.map((service): [string, string] => [`contracts/${service.id}.yaml`, contractText(service)]),
    [".env.example", environmentText(secrets)],
    [".gitignore", "# What the gateway keeps, its signing key among it, and the keys of services.\ncaio-data/\n.env\n"],
  ]);
}

function configurationText({ services, port }: Pick<WantedFolder, "services" | "port">, secrets: readonly string[]): string {
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
    ...costLines(service, locality),
    `privacy: { data_locality: ${locality}${service.regions === undefined ? "" : `, regions: ${list(service.regions)}`} }`,
    `access: { required_permissions: [caio.admin, ${PERMISSION}] }`,
    ...apiLines(service),
    "",
  ].join("\n");
}

function costLines(service: WantedService, locality: string): readonly string[] {
  if (service.kind === "openai" && service.price !== undefined) {
    const { input, output } = service.price;
    return [`cost: { model: per_token, input_token: ${perToken(input)}, output_token: ${perToken(output)}, currency: USD }`];
  }
  if (locality === "local") return ["cost: { model: free }"];
  return ["# Say what it costs; until then no key with a budget can use it:", "# cost: { model: per_token, input_token: 0.00000015, output_token: 0.0000006, currency: USD }"];
}

/** USD for a token, of USD for a million of them. */
function perToken(perMillion: string): string {
  return decimal(parseDecimal(perMillion, 6, "down") / 1_000_000_000_000, 12);
}

/** Digits without an exponent. */
function decimal(number: number, digits: number): string {
  return number.toFixed(digits).replace(/\.?0+$/, "");
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

/** Where a service is; none for a program that the gateway starts. */
export function addressesOf(service: WantedService): readonly string[] {
  if (service.kind !== "mcp") return [service.url];
  return "url" in service.target ? [service.target.url] : [];
}

/** What the address says of where a service runs. A name says nothing, so it counts as outside until its contract says otherwise. */
export function localityOf(url: string): "local" | "private_cloud" | "external" {
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
