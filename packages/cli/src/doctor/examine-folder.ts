import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { ServiceContract } from "@caio/contracts";
import { isCaioError } from "@caio/core";
import { tryParseGatewayConfig, type GatewayConfig } from "@caio/gateway/config";
import { effectivePolicy } from "@caio/rules";

import { loadRegistry } from "../load/contracts-folder.ts";
import { documentFiles } from "../load/document-files.ts";
import { loadPolicies } from "../load/policies.ts";
import { readText } from "../load/read-text.ts";
import { validateText, type ReportedProblem } from "../validate/validate-text.ts";
import type { Tell } from "./finding.ts";

/** What a folder holds, as far as it can be used. */
export interface ExaminedFolder {
  readonly config: GatewayConfig;
  /** Paths of the configuration are relative to this folder. */
  readonly folder: string;
  readonly contracts: readonly ServiceContract[];
}

/** The configuration with the contracts and policies that it names. Undefined: there is none that could be used. */
export async function examineFolder(file: string, tell: Tell): Promise<ExaminedFolder | undefined> {
  const folder = dirname(resolve(file));
  const read = await attempt(() => readText(file, "InvalidField"));
  if (!read.ok) {
    const next = existsSync(file) ? "Give this process the right to read it." : `Make one: caio init ${dirname(file)}; or name another: --config FILE`;
    tell({ part: "folder", about: "configuration", level: "wrong", found: read.message, next });
    return undefined;
  }
  const parsed = tryParseGatewayConfig(read.value, { file });
  if (!parsed.ok) {
    for (const problem of parsed.problems) tell({ part: "folder", about: "configuration", level: "wrong", found: problemText(problem), next: "Correct it there." });
    return undefined;
  }
  tell({ part: "folder", about: "configuration", level: "ok", found: file });
  const config = parsed.value;
  const place = (path: string): string => resolve(folder, path);
  const contracts = await examineContracts(config, place, tell);
  await examinePolicies(config, place, tell);
  return { config, folder, contracts };
}

async function examineContracts({ contracts: named, secrets, mcpServers }: GatewayConfig, place: (path: string) => string, tell: Tell): Promise<readonly ServiceContract[]> {
  if (named === undefined) {
    tell({ part: "folder", about: "contracts", level: "note", found: "no folder of contracts is named", next: "Say contracts: contracts in the configuration, or register services over the API." });
    return [];
  }
  const wrong = await tellDocuments("contracts", place(named), tell);
  if (wrong) return [];
  const loaded = await attempt(() => loadRegistry(place(named)));
  if (!loaded.ok) {
    tell({ part: "folder", about: "contracts", level: "wrong", found: loaded.message, next: "Correct it, and look again." });
    return [];
  }
  const contracts = loaded.value.services.map(({ contract }) => contract);
  tell({ part: "folder", about: "contracts", level: "ok", found: `${String(contracts.length)} in ${named}` });
  for (const { serviceId, api } of contracts) {
    const secret = api.auth?.secret;
    if (secret !== undefined && !secrets.includes(secret)) tell({ part: "folder", about: serviceId, level: "wrong", found: `its contract asks for the secret ${secret}, which the configuration does not list`, next: `Add ${JSON.stringify(secret)} under secrets.` });
    const { server } = api;
    if (server !== undefined && !Object.hasOwn(mcpServers, server)) tell({ part: "folder", about: serviceId, level: "wrong", found: `its contract names the MCP server ${server}, which the configuration does not start`, next: `Say under mcp_servers how ${server} is started.` });
  }
  return contracts;
}

async function examinePolicies({ policy: file, policies: named }: GatewayConfig, place: (path: string) => string, tell: Tell): Promise<void> {
  if (file === undefined) {
    tell({ part: "folder", about: "policy", level: "note", found: "no policy is named: the one in the store holds, or an empty one", next: "Say policy: policy.yaml in the configuration." });
    return;
  }
  const folder = named === undefined ? join(dirname(place(file)), "policies") : place(named);
  const there = named !== undefined || existsSync(folder);
  const wrong = [await tellDocument("policy", place(file), tell), there ? await tellDocuments("policies", folder, tell) : false];
  if (wrong.includes(true)) return;
  const loaded = await attempt(async () => {
    const snapshot = await loadPolicies(place(file), there ? folder : undefined);
    // One that no request could name is found here, and not by the first who names it.
    for (const each of Object.values(snapshot.named)) effectivePolicy(snapshot.base, [each]);
    return snapshot;
  });
  if (!loaded.ok) tell({ part: "folder", about: "policy", level: "wrong", found: loaded.message, next: "Correct it, and look again." });
  else tell({ part: "folder", about: "policy", level: "ok", found: `${loaded.value.base.id}, and ${String(Object.keys(loaded.value.named).length)} that requests may name` });
}

/** True if something is wrong. */
async function tellDocuments(about: string, folder: string, tell: Tell): Promise<boolean> {
  const files = await attempt(() => documentFiles(folder));
  if (!files.ok) {
    tell({ part: "folder", about, level: "wrong", found: files.message, next: "Make the folder, or name another in the configuration." });
    return true;
  }
  const wrong: boolean[] = [];
  for (const file of files.value) wrong.push(await tellDocument(about, file, tell));
  return wrong.includes(true);
}

async function tellDocument(about: string, file: string, tell: Tell): Promise<boolean> {
  const text = await attempt(() => readText(file, "InvalidField"));
  if (!text.ok) {
    tell({ part: "folder", about, level: "wrong", found: text.message, next: "Check the path and who may read it." });
    return true;
  }
  const { problems, warnings } = validateText(text.value, file);
  for (const problem of problems) tell({ part: "folder", about, level: "wrong", found: problemText(problem), next: `Correct it there: caio validate ${file}` });
  for (const warning of warnings) tell({ part: "folder", about, level: "note", found: problemText(warning), next: `See there: caio validate ${file}` });
  return problems.length > 0;
}

function problemText({ file, line, column, path, found, expected, message }: ReportedProblem): string {
  const where = `${file}:${String(line)}:${String(column)}${path === "" ? "" : ` ${path}`}`;
  return `${where}: ${message ?? `found ${found}, expected ${expected}`}`;
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** What was done, or why not. */
export async function attempt<T>(action: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await action() };
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return { ok: false, message: error.message };
  }
}
