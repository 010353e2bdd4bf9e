import { isCaioError } from "@caio/core";

import { wantedService, type WantedService } from "./wanted-service.ts";

/** A person who answers. Undefined: the person gave up. */
export interface Person {
  text(question: string, options: { readonly initial?: string; readonly optional?: boolean; readonly wrong?: (answer: string) => string | undefined }): Promise<string | undefined>;
  choose<T extends string>(question: string, choices: readonly { readonly value: T; readonly label: string }[]): Promise<T | undefined>;
}

type Kind = WantedService["kind"];

const kinds: readonly { readonly value: Kind | "none"; readonly label: string }[] = [
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

/** Asks for services until there are no more. Undefined: the person gave up, and nothing shall be written. */
export async function interview(person: Person): Promise<readonly WantedService[] | undefined> {
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
  const fits = (said: Partial<Parameters<typeof wantedService>[1]>) => (): string | undefined => complaint(() => wantedService(kind, { id: "x", target: initial, tools: ["x"], ...said }));
  const id = await person.text("Its name here", { initial: name, wrong: (answer) => (taken.has(answer) ? "That name is taken." : fits({ id: answer })()) });
  if (id === undefined) return undefined;
  const target = await person.text(where, { initial, wrong: (answer) => fits({ target: answer })() });
  if (target === undefined) return undefined;
  const more = await person.text(...moreOf(kind, id));
  if (more === undefined) return undefined;
  const secret = await person.text("Name of the variable with its key, such as MODEL_KEY; empty if it needs none", { optional: true, wrong: (answer) => (answer === "" ? undefined : fits({ secret: answer })()) });
  if (secret === undefined) return undefined;
  return wantedService(kind, { id, target, ...(kind === "openai" ? { model: more } : kind === "http" ? { capability: more } : { tools: more.split(",") }), ...(secret === "" ? {} : { secret }) });
}

function moreOf(kind: Kind, id: string): Parameters<Person["text"]> {
  if (kind === "openai") return ["Model, if it is one; empty takes what the caller names", { optional: true }];
  if (kind === "http") return ["The capability that it offers", { initial: `${id}.call`, wrong: (answer) => (/^[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)*$/.test(answer) ? undefined : "Lower-case words with dots between them, such as mail.send.") }];
  return ["Its tools that callers may reach, with commas between them", { wrong: (answer) => (answer.split(",").some((tool) => tool.trim() === "") ? "The names of tools, such as read_file, list_directory." : undefined) }];
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
