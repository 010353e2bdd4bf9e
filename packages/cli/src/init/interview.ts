import { isCaioError } from "@caio/core";

import { addressesOf, localityOf } from "./folder-texts.ts";
import { wantedPolicy, type SaidOfPolicy, type WantedPolicy } from "./wanted-policy.ts";
import { wantedService, type SaidOfService, type WantedService } from "./wanted-service.ts";

/** A person who answers. Undefined: the person gave up. */
export interface Person {
  text(question: string, options: { readonly initial?: string; readonly optional?: boolean; readonly wrong?: (answer: string) => string | undefined }): Promise<string | undefined>;
  choose<T extends string>(question: string, choices: readonly Choice<T>[]): Promise<T | undefined>;
  /** Shows a text under a title. */
  show(title: string, text: string): void;
}

interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** What a person wants. */
export interface Answers {
  readonly services: readonly WantedService[];
  readonly policy: WantedPolicy;
}

type Kind = WantedService["kind"];

const kinds: readonly Choice<Kind | "none">[] = [
  { value: "openai", label: "a model behind an OpenAI-compatible API (OpenAI, Ollama, vLLM, …)" },
  { value: "http", label: "an HTTP service that takes and gives JSON" },
  { value: "mcp", label: "an MCP server: tools, at an address or as a program" },
  { value: "none", label: "no more" },
];

const questions: Readonly<Record<Kind, { readonly id: string; readonly target: string; readonly initial: string }>> = {
  openai: { id: "chat", target: "Base URL, up to and with /v1", initial: "http://127.0.0.1:11434/v1" },
  http: { id: "api", target: "The address that is called (POST, JSON)", initial: "http://127.0.0.1:9000/call" },
  mcp: { id: "tools", target: "Its address, or the command that starts it", initial: "http://127.0.0.1:3000/mcp" },
};

/** Asks for services until there are no more, then for the policy. Undefined: the person gave up, and nothing shall be written. */
export async function interview(person: Person): Promise<Answers | undefined> {
  const services = await askServices(person);
  const policy = services === undefined ? undefined : await askPolicy(person);
  return services === undefined || policy === undefined ? undefined : { services, policy };
}

/** Shows what will be written, until it shall be. False: it shall not. */
export async function agreed(person: Person, folder: string, texts: ReadonlyMap<string, string>): Promise<boolean> {
  const names = [...texts.keys()];
  person.show(`To be written into ${folder}; nothing that is there is touched`, names.join("\n"));
  for (;;) {
    const answer = await person.choose("Write it?", [{ value: "write", label: "yes" }, { value: "show", label: "show me the files first" }, { value: "stop", label: "no" }]);
    if (answer !== "show") return answer === "write";
    for (const [name, text] of texts) person.show(name, text.trimEnd());
  }
}

async function askServices(person: Person): Promise<readonly WantedService[] | undefined> {
  const services: WantedService[] = [];
  for (;;) {
    const kind = await person.choose(services.length === 0 ? "What shall be behind the gateway first?" : "And what else?", kinds);
    if (kind === undefined) return undefined;
    if (kind === "none") return services;
    const service = await oneService(person, kind, new Set(services.map(({ id }) => id)));
    if (service === undefined) return undefined;
    services.push(service);
  }
}

async function oneService(person: Person, kind: Kind, taken: ReadonlySet<string>): Promise<WantedService | undefined> {
  const { id: name, target: where, initial } = questions[kind];
  const fits = (said: Partial<SaidOfService>) => (): string | undefined => complaint(() => wantedService(kind, { id: "x", target: initial, tools: ["x"], ...said }));
  const id = await person.text("Its name here", { initial: freeName(name, taken), wrong: (answer) => (taken.has(answer) ? "That name is taken." : fits({ id: answer })()) });
  if (id === undefined) return undefined;
  const target = await person.text(where, { initial, wrong: (answer) => fits({ target: answer })() });
  if (target === undefined) return undefined;
  const more = await person.text(...moreOf(kind, id));
  if (more === undefined) return undefined;
  const secret = await person.text("Name of the variable with its key, such as MODEL_KEY; empty if it needs none", { optional: true, wrong: (answer) => (answer === "" ? undefined : fits({ secret: answer })()) });
  if (secret === undefined) return undefined;
  const said = { id, target, ...(kind === "openai" ? { model: more } : kind === "http" ? { capability: more } : { tools: more.split(",") }), ...(secret === "" ? {} : { secret }) };
  return await withPlace(person, kind, said);
}

/** What runs elsewhere has a place, and most of the time a price. */
async function withPlace(person: Person, kind: Kind, said: SaidOfService): Promise<WantedService | undefined> {
  const service = wantedService(kind, said);
  if (addressesOf(service).every((url) => localityOf(url) === "local")) return service;
  const regions = await person.text("In which regions it runs, such as eu; empty if you do not know", { optional: true, wrong: (answer) => complaint(() => wantedService(kind, { ...said, regions: listOf(answer) })) });
  if (regions === undefined) return undefined;
  const price = kind !== "openai" ? "" : await person.text("USD for a million tokens in and out, such as 0.15/0.60; empty if you do not know", { optional: true, wrong: (answer) => complaint(() => wantedService(kind, { ...said, price: answer })) });
  if (price === undefined) return undefined;
  return wantedService(kind, { ...said, regions: listOf(regions), price });
}

async function askPolicy(person: Person): Promise<WantedPolicy | undefined> {
  const style = await person.choose("What counts most when several services will do?", [
    { value: "balanced", label: "that it fits, then what it costs" },
    { value: "cheap", label: "what it costs" },
    { value: "good", label: "how good it was, whatever it costs" },
    { value: "fast", label: "how fast it is" },
  ]);
  if (style === undefined) return undefined;
  const personal = await person.choose("Where may texts with personal data go?", [
    { value: "here", label: "nowhere: they stay on this machine, or go where encryption is end to end" },
    { value: "region", label: "this machine, and services in one region" },
    { value: "anywhere", label: "to any service" },
  ]);
  if (personal === undefined) return undefined;
  const check = (said: SaidOfPolicy) => complaint(() => wantedPolicy(said));
  const region = personal !== "region" ? "" : await person.text("Which region, as contracts name it", { initial: "eu", wrong: (answer) => check({ personal, region: answer }) });
  if (region === undefined) return undefined;
  const budget = await person.text("The most that one request may cost, USD, such as 0.05; empty for no limit", { optional: true, wrong: (answer) => (answer === "" ? undefined : check({ budget: answer })) });
  if (budget === undefined) return undefined;
  return wantedPolicy({ style, personal, ...(region === "" ? {} : { region }), ...(budget === "" ? {} : { budget }) });
}

function moreOf(kind: Kind, id: string): Parameters<Person["text"]> {
  if (kind === "openai") return ["Model, if it is one; empty takes what the caller names", { optional: true }];
  if (kind === "http") return ["The capability that it offers", { initial: `${id}.call`, wrong: (answer) => (/^[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)*$/.test(answer) ? undefined : "Lower-case words with dots between them, such as mail.send.") }];
  return ["Its tools that callers may reach, with commas between them", { wrong: (answer) => (answer.split(",").some((tool) => tool.trim() === "") ? "The names of tools, such as read_file, list_directory." : undefined) }];
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${String(number)}`;
  return free;
}

function listOf(text: string): readonly string[] {
  return text.split(",").map((each) => each.trim()).filter((each) => each !== "");
}

function complaint(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return error.message;
  }
}
