import { CaioError } from "@caio/core";
import { caioRoute, createBundle, discloseValues, toWorldFile, type DecisionWorld, type Disclosure, type RoutingDecision } from "@caio/orchestrator";
import type { SigningKey } from "@caio/traceability";

import { PRIVATE, writeFileWhole } from "../load/write-file.ts";
import { LogFiles } from "../log/log-files.ts";
import { openLogFolder } from "../log/log-folder.ts";
import { decideInLog, type LoggedDecision } from "./decide-in-log.ts";
import { memoryLog, type DecisionLog } from "./decision-log.ts";
import { signingKey } from "./signing-key.ts";

/** What is to be kept of a decision, and how. */
export interface ProofOptions {
  /** File of the bundle; its public key goes beside it as `.pub`. */
  readonly bundle?: string | undefined;
  readonly world?: string | undefined;
  /** Folder of a log; absent: one in memory, if a bundle needs one. */
  readonly log?: string | undefined;
  /** File of the signing key. */
  readonly key?: string | undefined;
  readonly origin?: string | undefined;
  readonly disclose?: readonly string[] | undefined;
  readonly withhold?: readonly string[] | undefined;
  readonly testKey?: number | undefined;
}

/** A decision, and what a person should know of what was written. */
export interface ProvedDecision {
  readonly decision: RoutingDecision;
  readonly notes: readonly string[];
}

/**
 * Decides, and keeps what is asked for: the decision in a log, its bundle, its world.
 *
 * @throws CaioError `InvalidRequest` for options that do not go together, `NotFound` for a path that requests do not have or a file that
 *   cannot be written, and as `openLogFolder`, `decideInLog` and `createBundle`
 */
export async function proveDecision({ request, inputs }: DecisionWorld, options: ProofOptions): Promise<ProvedDecision> {
  requireTogether(options);
  const { bundle, log, world } = options;
  const disclose: Disclosure = { more: options.disclose ?? [], withhold: options.withhold ?? [] };
  // Paths are checked before anything is logged.
  discloseValues(request, disclose);
  if (bundle === undefined && log === undefined) {
    const notes = await writeWorld(world, { request, inputs });
    return { decision: caioRoute(request, inputs), notes };
  }
  const { key, note, decisions } = await openDecisionLog(options);
  try {
    const logged = await decideInLog(request, inputs, decisions);
    const written = await writeBundle(bundle, createBundle({ ...logged, disclose }, key), decisions);
    const notes = [...logNote(log, logged), ...written, ...(await writeWorld(world, logged)), ...(note === undefined ? [] : [note])];
    return { decision: logged.decision, notes };
  } finally {
    await decisions.close();
  }
}

/** The log that options name, or one in memory, with the key that signs it. */
export async function openDecisionLog({ log, key: file, origin, testKey }: ProofOptions): Promise<{ readonly key: SigningKey; readonly note?: string | undefined; readonly decisions: DecisionLog }> {
  // A log that is there has its key: a new one could only be a mistake.
  const mayMake = log === undefined || !new LogFiles(log).exists;
  const { key, note } = await signingKey({ file, test: testKey, mayMake });
  return { key, note, decisions: log === undefined ? await memoryLog(key, origin) : await openLogFolder(log, key, origin) };
}

/** @throws CaioError `InvalidRequest` for options that do not go together */
export function requireTogether({ bundle, log, key, origin, disclose, withhold, testKey }: ProofOptions): void {
  if (bundle === undefined && (disclose ?? withhold) !== undefined) throw refuse("--disclose or --withhold without a bundle", "--bundle FILE");
  if (bundle === undefined && log === undefined && (key ?? origin) !== undefined) throw refuse("--key or --origin with nothing to sign", "--bundle FILE or --log DIR");
  if (log !== undefined && key === undefined && testKey === undefined) throw refuse("--log without a key", "--key FILE (made if it is not there): a log is signed with one key");
}

/** Writes a bundle and its key beside it, if a file is named. */
export async function writeBundle(file: string | undefined, text: string, { keys }: DecisionLog): Promise<readonly string[]> {
  if (file === undefined) return [];
  await writeFileWhole(file, text);
  await writeFileWhole(`${file}.pub`, `${keys.verifiers[0]?.toString() ?? ""}\n`);
  return [`Bundle: ${file}. Check it: caio verify ${file} --key ${file}.pub`];
}

async function writeWorld(file: string | undefined, { request, inputs }: DecisionWorld): Promise<readonly string[]> {
  if (file === undefined) return [];
  await writeFileWhole(file, toWorldFile(request, inputs), PRIVATE);
  return [`World: ${file} (mode 0600). It holds the request whole and the decision key: whoever has it can open every field.`];
}

function logNote(folder: string | undefined, { log }: LoggedDecision): readonly string[] {
  return folder === undefined ? [] : [`Logged at index ${String(log.entries.decision.index)} of ${folder}.`];
}

function refuse(found: string, expected: string): CaioError<"InvalidRequest"> {
  return new CaioError("InvalidRequest", `Found ${found}, expected ${expected}.`, { details: { found, expected } });
}
