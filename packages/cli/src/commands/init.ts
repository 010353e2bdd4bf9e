import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { CaioError, type JsonObject } from "@caio/core";

import { exitCodes } from "../exit-code.ts";
import { folderTexts, PERMISSION } from "../init/folder-texts.ts";
import { interview, type Person } from "../init/interview.ts";
import { parseWantedService, type WantedService } from "../init/wanted-service.ts";
import { unreadable } from "../load/read-text.ts";
import { PUBLIC, writeNewFile } from "../load/write-file.ts";
import { styleOf } from "../present/style.ts";
import { prettyJson } from "../present/pretty-json.ts";
import type { Terminal } from "../terminal.ts";
import { validateText } from "../validate/validate-text.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface InitOptions extends JsonOption {
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
  const services = await servicesOf(options, terminal);
  if (services === undefined) return exitCodes.interrupted;
  const texts = folderTexts({ services, port });
  for (const [name, text] of texts) requireValid(name, text);
  const there = [...texts.keys()].find((name) => existsSync(join(folder, name)));
  if (there !== undefined) throw new CaioError("NotFound", `${join(folder, there)}: it is there already, and nothing is overwritten. Name another folder: caio init FOLDER`, { details: { file: there } });
  for (const [name, text] of texts) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
      throw unreadable(dirname(file), error);
    });
    await writeNewFile(file, text, PUBLIC);
  }
  const secrets = [...new Set(services.flatMap(({ secret }) => secret ?? []))];
  const next = nextCommands(folder, secrets);
  const written: JsonObject = { folder, files: [...texts.keys()], secrets, next: [...next] };
  terminal.write(json === true ? prettyJson(written) : doneText([...texts.keys()], next, terminal));
  return exitCodes.ok;
};

/** Those of the options; without any, those that a person names. Undefined: the person gave up. */
async function servicesOf({ openai = [], http = [], mcp = [], yes, json, person }: InitOptions, terminal: Terminal): Promise<readonly WantedService[] | undefined> {
  const said = [...openai.map((text) => parseWantedService("openai", text)), ...http.map((text) => parseWantedService("http", text)), ...mcp.map((text) => parseWantedService("mcp", text))];
  const ids = said.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new CaioError("InvalidField", `Found two services ${twice}, expected each name once.`, { details: { service: twice } });
  if (said.length > 0 || yes === true) return said;
  if (person !== undefined) return await interview(person);
  if (!terminal.interactive || json === true) throw new CaioError("InvalidField", "There is nobody to ask. Name services (--openai, --http, --mcp), or --yes for a gateway without any.");
  const { clackPerson } = await import("../init/clack-person.ts");
  return await interview(clackPerson());
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
  return secrets.length === 0 ? [...place, "npx caio serve"] : [...place, `cp .env.example .env   # and fill in ${secrets.join(", ")}`, "npx caio serve --env-file .env"];
}

function doneText(files: readonly string[], next: readonly string[], terminal: Terminal): string {
  const { bold } = styleOf(terminal);
  return `Wrote ${files.join(", ")}

${bold("Next")}
${next.map((line) => `  ${line}\n`).join("")}
It shows an admin's key once, and lines of curl that work. Keys for others: npx caio key make --subject NAME --tenant TENANT --permission ${PERMISSION}
`;
}
