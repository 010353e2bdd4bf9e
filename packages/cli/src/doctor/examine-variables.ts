import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";

import type { ServiceContract } from "@caio/contracts";
import type { GatewayConfig } from "@caio/gateway/config";

import { readText } from "../load/read-text.ts";
import type { ExaminedFolder } from "./examine-folder.ts";
import type { Tell } from "./finding.ts";

/** A variable or a file that holds a secret, and for what. */
interface Wanted {
  readonly reference: string;
  readonly by: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether what the configuration refers to is there, by name: no value is ever read into a finding. */
export async function examineVariables({ config, contracts, folder }: ExaminedFolder, environment: Environment, tell: Tell): Promise<void> {
  const beside = join(folder, ".env");
  const inFile: Environment = existsSync(beside) ? parseEnv(await readText(beside, "InvalidField")) : {};
  for (const { reference, by } of wantedOf(config, contracts)) {
    if (reference.startsWith("file:")) await examineFile(reference.slice("file:".length), by, tell);
    else examineVariable(reference.slice("env:".length), by, { environment, inFile }, tell);
  }
}

function wantedOf({ secrets, store, mcpServers, telemetry }: GatewayConfig, contracts: readonly ServiceContract[]): readonly Wanted[] {
  const users = (secret: string): string => contracts.filter(({ api }) => api.auth?.secret === secret).map(({ serviceId }) => serviceId).join(", ");
  const wanted = [
    ...secrets.map((reference) => ({ reference, by: users(reference) || "secrets" })),
    ...(store === undefined ? [] : [{ reference: `env:${store.urlEnv}`, by: "the database" }]),
    ...Object.entries(mcpServers).flatMap(([name, { environment }]) => environment.map((variable) => ({ reference: `env:${variable}`, by: name }))),
    ...Object.values(telemetry.headers).map((reference) => ({ reference, by: "telemetry" })),
  ];
  return wanted.filter(({ reference }, at) => wanted.findIndex((each) => each.reference === reference) === at);
}

function examineVariable(name: string, by: string, { environment, inFile }: { readonly environment: Environment; readonly inFile: Environment }, tell: Tell): void {
  const common = { part: "folder", about: name } as const;
  if ((environment[name] ?? "") !== "") tell({ ...common, level: "ok", found: `set, for ${by}` });
  else if ((inFile[name] ?? "") !== "") tell({ ...common, level: "note", found: `not set here, but in .env, for ${by}`, next: "Start with it: caio serve --env-file .env; and look with it: caio doctor --env-file .env" });
  else tell({ ...common, level: "wrong", found: `not set, and ${by} needs it`, next: `export ${name}=…, or write it into a file for --env-file.` });
}

async function examineFile(file: string, by: string, tell: Tell): Promise<void> {
  const common = { part: "folder", about: file } as const;
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) tell({ ...common, level: "wrong", found: `there is no such file, and ${by} needs it`, next: "Put the secret there, for its owner alone (mode 0600)." });
  else if ((found.mode & 0o077) !== 0) tell({ ...common, level: "wrong", found: `others may read it (mode ${modeText(found.mode)})`, next: `chmod 600 ${file}` });
  else tell({ ...common, level: "ok", found: `there, for ${by}` });
}

/** The rights of a file as `chmod` takes them. */
export function modeText(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
