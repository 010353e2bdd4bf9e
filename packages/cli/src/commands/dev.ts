import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";

import { HashingEncoder } from "@caio/control";
import { isCaioError } from "@caio/core";

import { applyChanges, pendingChanges } from "../dev/apply-documents.ts";
import { devFolder, type DevFolder } from "../dev/dev-folder.ts";
import { devText, findingsText, savedText } from "../dev/dev-text.ts";
import { DocumentWatch } from "../dev/document-watch.ts";
import { readDocuments } from "../dev/read-documents.ts";
import { whatWouldChange } from "../dev/what-would-change.ts";
import { exitCodes } from "../exit-code.ts";
import { readText } from "../load/read-text.ts";
import { PRIVATE } from "../load/write-file.ts";
import { plainText } from "../present/plain-text.ts";
import { styleOf } from "../present/style.ts";
import { GatewayClient } from "../remote/gateway-client.ts";
import { admin, openHost, type Host } from "../serve/open-host.ts";
import type { CommandContext, JsonOption, RunCommand } from "./command-context.ts";
import { faultLine } from "./serve.ts";

export interface DevOptions extends JsonOption {
  readonly folder: string;
  /** Instead of the configuration's; 0 takes any that is free. */
  readonly port?: number | undefined;
  /** Variables beside those of the process, which count before them. */
  readonly envFile?: string | undefined;
  /** Keeps nothing: no decisions of earlier runs, no key that stays. */
  readonly memory?: boolean | undefined;
  /** How many recent decisions are decided again when something is saved. */
  readonly last?: number | undefined;
}

const LAST = 50;

/**
 * `caio dev [FOLDER]`: serves a folder on this machine while it is worked on. What is saved is checked, shown against recent decisions and put
 * into force; what is wrong is shown, and the last good version stays. Ends when it is told to stop, and cleanly.
 *
 * @throws CaioError for a folder without anything to serve, and a port that is taken
 */
export const dev: RunCommand<DevOptions> = async (options, context) => {
  const { folder, port, memory = false } = options;
  const { terminal } = context;
  const data = memory ? await mkdtemp(join(tmpdir(), "caio-dev-")) : resolve(folder, "caio-data", "dev");
  try {
    const opened = await devFolder(folder, { port, data });
    const watch = await DocumentWatch.open(opened.places, terminal.signal);
    if (!(await untilValid(opened, watch, context))) return exitCodes.ok;
    const session = await openSession(opened, data, options, context);
    try {
      await follow(session, watch, context);
      terminal.write("\nStopping.\n");
    } finally {
      await session.host.gateway.close();
    }
  } finally {
    if (memory) await rm(data, { recursive: true, force: true });
  }
  return exitCodes.ok;
};

/** Waits until the files can be served. False: told to stop before that. */
async function untilValid(folder: DevFolder, watch: DocumentWatch, { terminal, door }: CommandContext): Promise<boolean> {
  for (;;) {
    const read = await readDocuments(folder, new HashingEncoder());
    const style = styleOf(terminal);
    terminal.write(findingsText(read, style));
    if (read.ok) return !terminal.signal.aborted;
    terminal.write(style.yellow("Nothing is served yet: correct it, and save.") + "\n");
    const files = await watch.changed();
    if (files === undefined) return false;
    terminal.write(savedText(files, door.now(), style));
  }
}

interface DevSession {
  readonly folder: DevFolder;
  readonly host: Host;
  readonly client: GatewayClient;
  readonly last: number;
  /** Services that came from the folder. */
  readonly own: Set<string>;
}

async function openSession(folder: DevFolder, data: string, { envFile, last = LAST }: DevOptions, { terminal, environment = {} }: CommandContext): Promise<DevSession> {
  const variables = envFile === undefined ? environment : { ...parseEnv(await readText(envFile, "InvalidField")), ...environment };
  await mkdir(data, { recursive: true, mode: 0o700 });
  const keyFile = join(data, "admin.key");
  const keep = async (key: string): Promise<void> => { await writeFile(keyFile, `${key}\n`, { mode: PRIVATE }); };
  const isLost = existsSync(join(data, "caio.db")) && !existsSync(keyFile);
  const onFault = (where: string, fault: unknown): void => { terminal.writeError(faultLine(where, fault)); };
  const host = await openHost({ config: folder.config, folder: folder.folder, environment: variables, keepAdminKey: keep, onFault, ...(isLost ? { caller: admin } : {}) });
  try {
    if (host.callerKey !== undefined) await keep(host.callerKey);
    const address = await host.gateway.listen();
    const client = await GatewayClient.open({ url: address, keyFile }, { environment: {}, signal: terminal.signal });
    terminal.write(devText({ address, services: host.services, keyFile, dashboard: folder.config.dashboard, watched: folder.places.map(({ path }) => path).filter((path) => existsSync(path)) }, styleOf(terminal)));
    const known = host.gateway.core.registry.snapshot().services.map(({ contract }) => contract.serviceId);
    return { folder, host, client, last, own: new Set(known) };
  } catch (error) {
    await host.gateway.close();
    throw error;
  }
}

async function follow(session: DevSession, watch: DocumentWatch, context: CommandContext): Promise<void> {
  const { terminal, door } = context;
  const configuration = resolve(session.folder.folder, "caio.yaml");
  for (;;) {
    const files = await watch.changed();
    if (files === undefined) return;
    const style = styleOf(terminal);
    terminal.write(savedText(files, door.now(), style));
    if (files.includes(configuration)) terminal.write(`${style.yellow("The configuration")} is read at the start: stop (Ctrl-C) and start again for it.\n`);
    try {
      await takeOver(session, context);
    } catch (error) {
      if (!isCaioError(error)) throw error;
      if (terminal.signal.aborted) return;
      terminal.write(`${style.red("error")} ${error.code}: ${plainText(error.message)}\n${style.yellow("Not in force: what was there before stays.")}\n`);
    }
  }
}

/** Checks what the files say now, shows what it would change, and puts it into force. */
async function takeOver({ folder, host, client, last, own }: DevSession, { terminal, door }: CommandContext): Promise<void> {
  const style = styleOf(terminal);
  const { core } = host.gateway;
  const read = await readDocuments(folder, core.encoder);
  terminal.write(findingsText(read, style));
  if (!read.ok) {
    terminal.write(`${style.yellow("Not in force: the last good version stays.")}\n`);
    return;
  }
  const pending = await pendingChanges(core, read.documents, own);
  if (pending.words.length === 0) {
    terminal.write("  Nothing that decides has changed.\n");
    return;
  }
  const { id } = core.policies.snapshot.base;
  if (read.documents.policies !== undefined && read.documents.policies.base.id !== id) {
    terminal.write(`${style.yellow(`The base policy was ${plainText(id)} at the start`)}: under another id it counts after the next one. Stop (Ctrl-C) and start again.\n`);
    return;
  }
  const change = await whatWouldChange(client, pending, { last, style });
  await applyChanges(core, pending, { actor: "caio dev", at: door.now() });
  for (const { contract } of read.documents.services) own.add(contract.serviceId);
  const { epoch } = core.registry.snapshot();
  terminal.write(`${pending.words.map((line) => `  ${plainText(line)}\n`).join("")}  In force from the next decision on (registry ${String(epoch)}, policies ${String(core.policies.snapshot.version)}).\n${change}`);
}
