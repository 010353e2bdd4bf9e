import { CaioError, isCaioError, toHex, type JsonValue } from "@caio/core";
import { auditLog, compareCheckpoints, compareInstances, parseReceipt, receiptText, verifyReceipt, type Checkpoint } from "@caio/traceability";

import { exitCodes, type ExitCode } from "../exit-code.ts";
import { readText } from "../load/read-text.ts";
import { checkLog } from "../log/check-log.ts";
import { unsignedCheckpoint } from "../log/log-files.ts";
import { openOr, readEntries, tileSource, viewLog, type LogView } from "../log/log-view.ts";
import { styleOf } from "../present/style.ts";
import { oneLine, plainText } from "../present/plain-text.ts";
import { prettyJson } from "../present/pretty-json.ts";
import type { Terminal } from "../terminal.ts";
import type { Look } from "../watch/look.ts";
import { every, showOrWatch, type WatchOption } from "../watch/watch.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

const MAX_CHECKPOINT_BYTES = 1_000_000;
/** How often a folder is read again, milliseconds. */
const WATCH_MS = 1000;

export interface LogOptions extends JsonOption {
  /** Folder of the log. */
  readonly log: string;
  /** The key that is trusted. */
  readonly key?: string | undefined;
}

/** `caio log checkpoint`: the newest signed head, checked. */
export const logCheckpoint: RunCommand<LogOptions & WatchOption> = async ({ log, key, json, watch }, { terminal }) => {
  if (watch === true) {
    const look = async (): Promise<Look> => {
      const seen = await viewLog(log, key);
      const read = openOr(seen.note, seen);
      if (typeof read === "string") throw new CaioError("InvalidProof", `${log}: ${read}`, { details: { log } });
      const { origin, size, root } = read;
      return { text: plainText(seen.note), lines: [`${String(size)} entries, root ${toHex(root)}, ${oneLine(origin)}`], value: { note: seen.note, origin, size, root: toHex(root) } };
    };
    return await showOrWatch({ look, wait: every(WATCH_MS), terminal, json }, { watch });
  }
  const view = await viewLog(log, key);
  const opened = openOr(view.note, view);
  const findings = typeof opened === "string" ? [finding("checkpoint", opened)] : [];
  const { origin, size, root } = view.stated;
  return show({ terminal, json, findings, text: plainText(view.note), value: { note: view.note, origin, size, root: toHex(root) } });
};

/** `caio log inclusion --index N`: a receipt (C2SP tlog-proof) that the entry is in the log, checked. */
export const logInclusion: RunCommand<LogOptions & { readonly index: number }> = async ({ log, key, json, index }, { terminal }) => {
  const view = await viewLog(log, key);
  const { texts, tree } = await readEntries(view);
  const entry = texts[index];
  if (entry === undefined) throw outside("--index", index, texts.length - 1);
  const receipt = receiptText({ index, path: tree.inclusionProof(index), checkpoint: view.note });
  const problem = caught(() => verifyReceipt(parseReceipt(receipt), entry, view.verifiers, view.stated.origin));
  const findings = problem === undefined ? [] : [finding(`entry ${String(index)}`, problem)];
  return show({ terminal, json, findings, text: plainText(receipt), value: { receipt, entry } });
};

export interface ConsistencyOptions extends LogOptions {
  /** Size of the older log. */
  readonly from?: number | undefined;
  /** File of an older checkpoint, instead of a size. */
  readonly checkpoint?: string | undefined;
}

/** `caio log consistency`: proof that the log continues an older one, checked. */
export const logConsistency: RunCommand<ConsistencyOptions> = async ({ log, key, json, from, checkpoint }, { terminal }) => {
  const view = await viewLog(log, key);
  const newer = openOr(view.note, view);
  const { tree } = await readEntries(view);
  const given = checkpoint === undefined ? undefined : await readCheckpoint(checkpoint, view);
  if (typeof newer === "string" || typeof given === "string") {
    return show({ terminal, json, findings: [newer, given].filter((each) => typeof each === "string").map((each) => finding("checkpoint", each)), text: "", value: {} });
  }
  const size = given?.size ?? from;
  if (size === undefined) throw new CaioError("InvalidRequest", "Found neither --from nor --checkpoint, expected one of them.");
  // A larger one is no prefix: there is nothing to prove, and the comparison says so.
  if (given === undefined && size > tree.size) throw outside("--from", size, tree.size);
  const proof = size === 0 || size > tree.size ? [] : tree.consistencyProof(size, tree.size);
  const older: Checkpoint = given ?? { origin: newer.origin, ...tree.head(size), extensions: [] };
  const fork = compareCheckpoints(older, newer, proof);
  const hashes = proof.map(toHex);
  return show({ terminal, json, findings: fork === undefined ? [] : [finding(fork.kind, fork.message)], text: hashes.map((hash) => `${hash}\n`).join(""), value: { from: size, to: newer.size, proof: hashes } });
};

/** `caio log fsck`: reads every file again. */
export const logFsck: RunCommand<LogOptions> = async ({ log, key, json }, { terminal }) => {
  const view = await viewLog(log, key);
  const findings = (await checkLog(view)).map(({ place, message }) => finding(place, message));
  return show({ terminal, json, findings, text: "", value: { entries: view.stated.size } });
};

export interface AuditLogOptions extends LogOptions {
  /** Files of checkpoints that were kept elsewhere. */
  readonly checkpoint?: readonly string[] | undefined;
  readonly slack?: number | undefined;
}

/** `caio log audit`: stale, replayed and forked decisions, and every break of the log. */
export const logAudit: RunCommand<AuditLogOptions> = async ({ log, key, json, checkpoint = [], slack = 0 }, { terminal }) => {
  const view = await viewLog(log, key);
  const { texts, tree } = await readEntries(view);
  const opened = [openOr(view.note, view), ...(await Promise.all(checkpoint.map((file) => readCheckpoint(file, view))))];
  const unsigned = opened.filter((each) => typeof each === "string").map((message) => finding("checkpoint", message));
  const found = await auditLog(tileSource(texts, tree), opened.filter((each) => typeof each !== "string"), { slack });
  const findings = [...unsigned, ...found.map(({ kind, logIndex, message }) => finding(`${kind} at ${String(logIndex)}`, message))];
  return show({ terminal, json, findings, text: "", value: { entries: texts.length, audit: found.map((each) => ({ ...each })) } });
};

export interface CompareLogsOptions extends JsonOption {
  /** Folders of the logs of all instances. */
  readonly log: readonly string[];
  /** Files of the keys that are trusted, in the order of the logs. */
  readonly key?: readonly string[] | undefined;
  readonly boundMs: number;
  readonly skewMs?: number | undefined;
}

/** `caio log compare`: decisions on a registry or on policies that another instance had left behind, and that do not say so. */
export const logCompare: RunCommand<CompareLogsOptions> = async ({ log, key = [], json, boundMs, skewMs }, { terminal }) => {
  if (log.length < 2) throw new CaioError("InvalidRequest", "Found one log, expected those of two instances or more: name each with --log.");
  const views = await Promise.all(log.map((folder, at) => viewLog(folder, key[at])));
  const unsigned = views.map((view) => openOr(view.note, view)).filter((each) => typeof each === "string").map((message) => finding("checkpoint", message));
  const logs = await Promise.all(views.map(async (view) => ({ origin: view.stated.origin, entries: (await readEntries(view)).texts })));
  const found = compareInstances(logs, { boundMs, ...(skewMs === undefined ? {} : { skewMs }) });
  const findings = [...unsigned, ...found.map(({ kind, origin, logIndex, message }) => finding(`${kind} in ${origin} at ${String(logIndex)}`, message))];
  return show({ terminal, json, findings, text: "", value: { logs: logs.map(({ origin, entries }) => ({ origin, entries: entries.length })), compared: found.map((each) => ({ ...each })) } });
};

interface LogFinding {
  readonly place: string;
  readonly message: string;
}

function finding(place: string, message: string): LogFinding {
  return { place, message };
}

interface Shown {
  readonly terminal: Terminal;
  readonly json: boolean | undefined;
  readonly findings: readonly LogFinding[];
  /** Before the verdict, on standard output. */
  readonly text: string;
  readonly value: Readonly<Record<string, JsonValue>>;
}

/** Shows what was made and what is wrong with it; the verdict goes to standard error where the output is for programs. */
function show({ terminal, json, findings, text, value }: Shown): ExitCode {
  const style = styleOf(terminal);
  if (json === true) terminal.write(prettyJson({ ...value, findings: findings.map((each) => ({ ...each })) }));
  else {
    terminal.write(text);
    const lines = findings.map(({ place, message }) => `${style.red("finding")} ${oneLine(place)}: ${oneLine(message)}\n`);
    const verdict = findings.length === 0 ? style.green("ok: it holds") : style.red(`${String(findings.length)} finding${findings.length === 1 ? "" : "s"}`);
    const words = `${lines.join("")}${verdict}\n`;
    if (text === "") terminal.write(words);
    else terminal.writeError(words);
  }
  return findings.length === 0 ? exitCodes.ok : exitCodes.problems;
}

/** The checkpoint of a file, or why it proves nothing. @throws CaioError `NotFound`, `InvalidProof` for what is no checkpoint */
async function readCheckpoint(file: string, view: LogView): Promise<Checkpoint | string> {
  const note = await readText(file, "InvalidProof", MAX_CHECKPOINT_BYTES);
  unsignedCheckpoint(note);
  return openOr(note, view);
}

function caught(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return error.message;
  }
}

function outside(option: string, found: number, largest: number): CaioError<"InvalidRequest"> {
  const expected = `at most ${String(largest)}`;
  return new CaioError("InvalidRequest", `${option}: found ${String(found)}, expected ${expected}. caio log checkpoint says how many entries there are.`, { details: { option, found, expected } });
}
