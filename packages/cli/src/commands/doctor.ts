import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseEnv } from "node:util";

import { CaioError } from "@caio/core";

import { examineData, publicKeyIdIn } from "../doctor/examine-data.ts";
import { examineFolder, type ExaminedFolder } from "../doctor/examine-folder.ts";
import { baseOf, examineGateway, examinePort, type GatewayTerms } from "../doctor/examine-gateway.ts";
import { examineMachine } from "../doctor/examine-machine.ts";
import { examineServers } from "../doctor/examine-servers.ts";
import { examineServices } from "../doctor/examine-services.ts";
import { examineVariables } from "../doctor/examine-variables.ts";
import type { Finding, Level, Tell } from "../doctor/finding.ts";
import { exitCodes } from "../exit-code.ts";
import { readText } from "../load/read-text.ts";
import { findingText, partText, summaryText } from "../present/findings.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { styleOf } from "../present/style.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import type { CommandContext, JsonOption, RunCommand } from "./command-context.ts";

export interface DoctorOptions extends JsonOption {
  /** The folder of a gateway. */
  readonly folder: string;
  /** Default: `caio.yaml` in the folder. */
  readonly config?: string | undefined;
  /** Variables beside those of the process, which count before them. */
  readonly envFile?: string | undefined;
  /** A gateway that runs, instead of the one that the configuration describes. */
  readonly url?: string | undefined;
  /** Milliseconds for each service and each question; default 5000. */
  readonly timeout?: number | undefined;
}

const PATIENCE_MS = 5000;

/**
 * `caio doctor [FOLDER]`: looks at this machine, at the folder of a gateway and at what it needs, and says of each thing what is wrong and what
 * to do. Nothing is changed, and no value of a secret is shown.
 *
 * @throws CaioError for an address or a file of variables that cannot be used
 */
export const doctor: RunCommand<DoctorOptions> = async (options, context) => {
  const { folder, config: named, url, timeout: patienceMs = PATIENCE_MS, json = false } = options;
  const { terminal, door } = context;
  const file = named ?? join(folder, "caio.yaml");
  const at = url === undefined ? undefined : gatewayAddress(url);
  const environment = await variablesOf(options, context);
  const findings: Finding[] = [];
  const tell = teller(findings, terminal, json);
  examineMachine({ node: process.versions.node, now: door.now() }, tell);
  // Whoever names a gateway may have no folder of one.
  const examined = at !== undefined && named === undefined && !existsSync(file) ? undefined : await examineFolder(file, tell);
  if (examined !== undefined) {
    await examineVariables(examined, environment, tell);
    await examineData(examined, door.now(), tell);
    await examineServers(examined.config, { environment, patienceMs }, tell);
    await askServices(examined, { environment, patienceMs, terminal }, tell);
  }
  const keyId = examined === undefined || at !== undefined ? undefined : await publicKeyIdIn(examined);
  await askGateway(at, examined, { patienceMs, now: () => door.now(), keyId }, tell);
  const counts = countsOf(findings);
  terminal.write(json ? prettyJson({ findings: findings.map((each) => ({ ...each, next: each.next ?? null })), ...counts }) : `\n${summaryText(counts, styleOf(terminal))}`);
  return counts.wrong > 0 ? exitCodes.problems : exitCodes.ok;
};

/** Shows each finding as soon as it is there. */
function teller(findings: Finding[], terminal: Terminal, json: boolean): Tell {
  return (finding) => {
    const before = findings.at(-1)?.part;
    findings.push(finding);
    if (json) return;
    const style = styleOf(terminal);
    const head = finding.part === before ? "" : `${before === undefined ? "" : "\n"}${partText(finding.part, style)}`;
    // The line that says how far it is stands on the same terminal.
    if (terminal.interactive) terminal.writeError("\r\u001b[K");
    terminal.write(head + findingText(finding, style));
  };
}

async function variablesOf({ envFile }: DoctorOptions, { environment = {} }: CommandContext): Promise<Readonly<Record<string, string | undefined>>> {
  return envFile === undefined ? environment : { ...parseEnv(await readText(envFile, "InvalidField")), ...environment };
}

interface AskContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly patienceMs: number;
  readonly terminal: Terminal;
}

async function askServices({ config, contracts }: ExaminedFolder, { environment, patienceMs, terminal }: AskContext, tell: Tell): Promise<void> {
  if (contracts.length === 0) return;
  const { executorsOf } = await import("@caio/gateway");
  const executor = executorsOf(config, environment);
  const progress = new Progress("Asking services", terminal, (count) => `${String(count)} of ${String(contracts.length)}`);
  try {
    await examineServices(contracts, executor, { patienceMs, signal: terminal.signal, done: () => { progress.add(1); } }, tell);
  } finally {
    progress.end();
    await executor.close();
  }
}

async function askGateway(at: URL | undefined, examined: ExaminedFolder | undefined, terms: GatewayTerms, tell: Tell): Promise<void> {
  if (at !== undefined) await examineGateway(at, terms, tell);
  else if (examined !== undefined) {
    const { listen } = examined.config;
    if (await examinePort(listen, terms.patienceMs, tell)) await examineGateway(baseOf(listen.host, listen.port), terms, tell);
  }
}

/** @throws CaioError `InvalidField` */
function gatewayAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ["http:", "https:"].includes(url.protocol) && url.username === "" && url.password === "") return url;
  throw new CaioError("InvalidField", "--url: found no address of a gateway, expected http://127.0.0.1:8080, or https://HOST, without a name or a password.");
}

function countsOf(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const count = (level: Level): number => findings.filter((each) => each.level === level).length;
  return { ok: count("ok"), note: count("note"), wrong: count("wrong") };
}
