import { CaioError, isCaioError, type JsonValue } from "@caio/core";

/** A service that a new folder shall know: enough to write a contract that can be edited. */
export type WantedService = CommonTerms & (
  | { readonly kind: "openai"; readonly url: string; readonly model?: string; readonly price?: TokenPrice }
  | { readonly kind: "http"; readonly url: string; readonly capability: string }
  | { readonly kind: "mcp"; readonly target: McpTarget; readonly tools: readonly string[] }
);

interface CommonTerms {
  readonly id: string;
  /** Name of the variable that holds its key. */
  readonly secret?: string;
  /** Where it runs, as policies name it. */
  readonly regions?: readonly string[];
}

/** USD for a million tokens, as decimal text. */
interface TokenPrice {
  readonly input: string;
  readonly output: string;
}

/** Where an MCP server is: at an address, or a program that the gateway starts. */
export type McpTarget = { readonly url: string } | { readonly command: string; readonly args: readonly string[] };

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** An option of each kind as it could be written. */
const SAMPLES = { openai: "chat=https://models.example/v1,model=NAME", http: "api=https://api.example/call", mcp: "files=https://mcp.example/mcp,tools=NAME|NAME" };
const MEMBERS = /,(?=(?:model|key|capability|tools|region|price)=)/;
/** After an address any name begins a member; a command may have such arguments of its own. */
const MEMBERS_OF_ADDRESS = /,(?=[a-z]{1,24}=)/;

/**
 * A service of an option: `NAME=URL`, then `,model=…`, `,key=VARIABLE`, `,capability=…`, `,tools=a|b`, `,region=eu|us`, `,price=IN/OUT`; of MCP also `NAME=COMMAND ARGUMENTS`.
 *
 * @throws CaioError `InvalidField`, which names the option and shows how one is written
 */
export function parseWantedService(kind: WantedService["kind"], text: string): WantedService {
  try {
    return readOption(kind, text);
  } catch (error) {
    if (!isCaioError(error, "InvalidField")) throw error;
    const { found = "", expected = "" } = error.details;
    const name = text.slice(0, Math.max(0, text.indexOf("=")));
    const where = isShortName(name) ? `--${kind} ${name}=…` : `--${kind}`;
    const message = `${where}: found ${wordsOf(found)}, expected ${wordsOf(expected)}. Write it like this: --${kind} "${SAMPLES[kind]}"`;
    throw new CaioError("InvalidField", message, { details: error.details });
  }
}

const wordsOf = (value: JsonValue): string => (typeof value === "string" ? value : JSON.stringify(value));

/** @throws CaioError `InvalidField` */
function readOption(kind: WantedService["kind"], text: string): WantedService {
  const [first = "", ...rest] = text.split(/^[^=]*=https?:/.test(text) ? MEMBERS_OF_ADDRESS : MEMBERS);
  const at = first.indexOf("=");
  const said = new Map(rest.map((member) => [member.slice(0, member.indexOf("=")), member.slice(member.indexOf("=") + 1)]));
  const allowed = { openai: ["model", "key", "region", "price"], http: ["capability", "key", "region"], mcp: ["tools", "key", "region"] }[kind];
  const odd = [...said.keys()].find((name) => !allowed.includes(name));
  if (at <= 0) throw wrong(kind, "no name and no =", "NAME=URL");
  if (odd !== undefined) throw wrong(kind, `${odd}=`, allowed.map((name) => `${name}=`).join(" and "));
  return wantedService(kind, { id: first.slice(0, at), target: first.slice(at + 1), model: said.get("model"), secret: said.get("key"), capability: said.get("capability"), tools: said.get("tools")?.split("|"), regions: said.get("region")?.split("|"), price: said.get("price") });
}

/** What is said of a service, unchecked. */
export interface SaidOfService {
  readonly id: string;
  readonly target: string;
  readonly model?: string | undefined;
  /** Name of the variable that holds its key. */
  readonly secret?: string | undefined;
  readonly capability?: string | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  /** USD for a million tokens in and out: `0.15/0.60`. */
  readonly price?: string | undefined;
}

/** @throws CaioError `InvalidField` for what no contract could be written of */
export function wantedService(kind: WantedService["kind"], { id, target, model, secret, capability, tools = [], regions = [], price }: SaidOfService): WantedService {
  if (!ID.test(id)) throw wrong(kind, idShown(id), "a name of a-z, 0-9 and -");
  if (secret !== undefined && !/^[A-Z][A-Z0-9_]{0,63}$/.test(secret)) throw wrong(kind, secretShown(secret), "the NAME of a variable that holds the key, such as MODEL_KEY");
  const odd = regions.find((region) => !/^[a-z][a-z0-9-]{0,31}$/.test(region));
  if (odd !== undefined) throw wrong(kind, JSON.stringify(odd.slice(0, 40)), "regions in small letters, such as eu");
  const common = { id, ...(secret === undefined ? {} : { secret }), ...(regions.length === 0 ? {} : { regions: [...new Set(regions)] }) };
  if (kind === "mcp") {
    const names = tools.map((tool) => tool.trim()).filter((tool) => tool !== "");
    if (names.length === 0) throw wrong(kind, "no tool", "tools=NAME|NAME: those that callers may reach");
    const [command = "", ...args] = target.trim().split(/\s+/);
    if (command === "") throw wrong(kind, "nothing", "an address or a command");
    return { kind, ...common, target: /^https?:/.test(command) ? { url: webAddress(kind, target) } : { command, args }, tools: names };
  }
  const url = webAddress(kind, target);
  if (kind === "openai") return { kind, ...common, url, ...(model === undefined || model === "" ? {} : { model }), ...(price === undefined || price === "" ? {} : { price: tokenPrice(price) }) };
  if (new URL(url).pathname === "/") throw wrong(kind, url, "the address that is called, with its path");
  return { kind, ...common, url, capability: capability ?? `${id}.call` };
}

/** @throws CaioError `InvalidField` */
function tokenPrice(text: string): TokenPrice {
  const [, input, output] = /^(\d{1,6}(?:\.\d{1,6})?)\s*\/\s*(\d{1,6}(?:\.\d{1,6})?)$/.exec(text.trim()) ?? [];
  if (input === undefined || output === undefined) throw wrong("openai", JSON.stringify(text.slice(0, 40)), "USD for a million tokens in and out, such as 0.15/0.60");
  return { input, output };
}

/** @throws CaioError `InvalidField`, also for an address that holds a password or asks something */
function webAddress(kind: string, text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw wrong(kind, addressShown(url), "http://HOST/PATH or https://HOST/PATH, without a name, a password or a query");
  }
  return url.href.replace(/\/$/, url.pathname === "/" ? "/" : "");
}

/** What an address says before any part that may hold a secret. */
function addressShown(url: URL | undefined): string {
  if (url === undefined) return "what is no address";
  if (url.username !== "" || url.password !== "") return "an address with a name or a password";
  if (url.search !== "" || url.hash !== "") return "an address with a query or a mark";
  return `an address with ${url.protocol}`;
}

/** An address without a name before it is taken for one up to its first `=`, with its password and what it asks; or a key stands there. */
function idShown(id: string): string {
  return isShortName(id) ? id : "what is no name";
}

/** Keys are longer, and are not repeated. */
function isShortName(text: string): boolean {
  return /^[\w. -]{1,24}$/.test(text);
}

/** What looks like a key and not like a name is not repeated. */
function secretShown(secret: string): string {
  return secret.length <= 12 ? secret : "what looks like the key itself";
}

function wrong(kind: string, found: string, expected: string): CaioError<"InvalidField"> {
  return new CaioError("InvalidField", `A service of kind ${kind}: found ${found}, expected ${expected}.`, { details: { kind, found, expected } });
}
