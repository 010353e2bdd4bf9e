import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { CaioError, type JsonObject } from "@caio/core";

import { exitCodes } from "../exit-code.ts";
import { addressesOf, folderTexts, localityOf, PERMISSION } from "../init/folder-texts.ts";
import { agreed, interview, type Person } from "../init/interview.ts";
import { wantedPolicy, type SaidOfPolicy } from "../init/wanted-policy.ts";
import { parseWantedService, type WantedService } from "../init/wanted-service.ts";
import { unreadable } from "../load/read-text.ts";
import { PUBLIC, writeNewFile } from "../load/write-file.ts";
import { styleOf } from "../present/style.ts";
import { prettyJson } from "../present/pretty-json.ts";
import type { Terminal } from "../terminal.ts";
import { validateText } from "../validate/validate-text.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface InitOptions extends JsonOption, SaidOfPolicy {
  readonly folder: string;
  readonly openai?: readonly string[] | undefined;
  readonly http?: readonly string[] | undefined;
  readonly mcp?: readonly string[] | undefined;
  readonly port?: number | undefined;
  /** Asks nothing. */
  readonly yes?: boolean | undefined;
  /** Who answers; default: the person at the terminal, if there is one. */
  readonly person?: Person | undefined;
}

/**
 * `caio init [FOLDER]`: writes a folder that `caio serve` runs: configuration, policy, contracts, and names of secrets. Nothing that is
 * there is touched, and what is written was validated first.
 *
 * @throws CaioError `InvalidField` for a service that no contract can be written of, `NotFound` for a folder with such files already
 */
export const init: RunCommand<InitOptions> = async (options, { terminal }) => {
  const { folder, port = 8080, json } = options;
  const person = await personOf(options, terminal);
  const answers = person === undefined ? { services: servicesOf(options), policy: wantedPolicy(options) } : await interview(person);
  if (answers === undefined) return exitCodes.interrupted;
  const { services, policy } = answers;
  const texts = folderTexts({ services, policy, port });
  for (const [name, text] of texts) requireValid(name, text);
  const there = [...texts.keys()].find((name) => existsSync(join(folder, name)));
  if (there !== undefined) throw new CaioError("NotFound", `${join(folder, there)}: it is there already, and nothing is overwritten. Name another folder: caio init FOLDER`, { details: { file: there } });
  if (person !== undefined && !(await agreed(person, folder, texts))) {
    terminal.write("Nothing was written.\n");
    return exitCodes.interrupted;
  }
  for (const [name, text] of texts) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
      throw unreadable(dirname(file), error);
    });
    await writeNewFile(file, text, PUBLIC);
  }
  const secrets = [...new Set(services.flatMap(({ secret }) => secret ?? []))];
  const next = nextCommands(folder, secrets);
  const priceless = policy.budget === undefined ? [] : services.filter((service) => hasNoPrice(service)).map(({ id }) => id);
  const written: JsonObject = { folder, files: [...texts.keys()], secrets, next: [...next] };
  terminal.write(json === true ? prettyJson(written) : doneText([...texts.keys()], next, priceless, terminal));
  return exitCodes.ok;
};

/** Who is asked; nobody if the options name services, or say that nothing shall be asked. @throws CaioError if there is nobody to ask */
async function personOf({ openai = [], http = [], mcp = [], yes, json, person }: InitOptions, terminal: Terminal): Promise<Person | undefined> {
  if (openai.length + http.length + mcp.length > 0 || yes === true) return undefined;
  if (person !== undefined) return person;
  if (!terminal.interactive || json === true) throw new CaioError("InvalidField", "There is nobody to ask. Name services (--openai, --http, --mcp), or --yes for a gateway without any.");
  const { clackPerson } = await import("../init/clack-person.ts");
  return clackPerson();
}

/** The services of the options. @throws CaioError `InvalidField` */
function servicesOf({ openai = [], http = [], mcp = [] }: InitOptions): readonly WantedService[] {
  const said = [...openai.map((text) => parseWantedService("openai", text)), ...http.map((text) => parseWantedService("http", text)), ...mcp.map((text) => parseWantedService("mcp", text))];
  const ids = said.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new CaioError("InvalidField", `Found two services ${twice}, expected each name once.`, { details: { service: twice } });
  return said;
}

/** Whether a service could not be chosen where a request has a budget: it does not say what it costs. */
function hasNoPrice(service: WantedService): boolean {
  const isLocal = addressesOf(service).every((url) => localityOf(url) === "local");
  return !isLocal && (service.kind !== "openai" || service.price === undefined);
}

/** Texts that people typed end up in these files: what is wrong with one is said before anything is written. */
function requireValid(name: string, text: string): void {
  if (!name.endsWith(".yaml")) return;
  const [problem] = validateText(text, name).problems;
  if (problem === undefined) return;
  throw new CaioError("InvalidField", `${name}, at ${problem.path}: found ${problem.found}, expected ${problem.expected}. Nothing was written.`, { details: { file: name, path: problem.path } });
}

function nextCommands(folder: string, secrets: readonly string[]): readonly string[] {
  const place = folder === "." ? [] : [`cd ${/^[\w./-]+$/.test(folder) ? folder : JSON.stringify(folder)}`];
  const variables = secrets.length === 0 ? "" : " --env-file .env";
  return [
    ...place,
    ...(secrets.length === 0 ? [] : [`cp .env.example .env   # and fill in ${secrets.join(", ")}`]),
    `npx caio doctor${variables}   # is everything there?`,
    `npx caio serve${variables}`,
  ];
}

function doneText(files: readonly string[], next: readonly string[], priceless: readonly string[], terminal: Terminal): string {
  const { bold, yellow } = styleOf(terminal);
  const doubt = priceless.length === 0 ? "" : `${yellow("No price")} is known of ${priceless.join(", ")}: under a budget they are never chosen. Say it in their contracts (cost).\n\n`;
  return `Wrote ${files.join(", ")}

${doubt}${bold("Next")}
${next.map((line) => `  ${line}\n`).join("")}
It shows an admin's key once, and lines of curl that work. Keys for others: npx caio key make --subject NAME --tenant TENANT --permission ${PERMISSION}
While you change contracts and the policy: npx caio dev
`;
}
