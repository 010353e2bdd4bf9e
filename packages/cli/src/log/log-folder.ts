import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

import { CaioError } from "@caio/core";
import {
  CheckpointSigner,
  InMemoryTraceStore,
  keysOf,
  KeyRing,
  openCheckpoint,
  parseLogEntry,
  readTile,
  tilePath,
  tilesOf,
  TraceabilitySystem,
  type CheckpointStore,
  type SigningKey,
} from "@caio/traceability";

import { unreadable } from "../load/read-text.ts";
import { writeFileWhole } from "../load/write-file.ts";
import { DEFAULT_ORIGIN, type DecisionLog, type PublishedHead } from "../proof/decision-log.ts";
import { FolderCheckpoints } from "./folder-checkpoints.ts";
import { LogFiles, unsignedCheckpoint } from "./log-files.ts";
import { lockLog } from "./log-lock.ts";

/**
 * A log in a folder, opened for appending: made if it is not there. What its newest checkpoint covers is the log; what a process
 * that broke off left behind it was never given out, and is written over.
 *
 * @param origin - default: that of the log; of a new one `caio.local/cli`
 * @throws CaioError `InvalidProof` if another key or origin signed it, `IntegrityViolation` if it is damaged, forked or locked
 */
export async function openLogFolder(folder: string, key: SigningKey, origin?: string): Promise<DecisionLog> {
  const files = new LogFiles(folder);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const unlock = await lockLog(files.path("lock"));
  try {
    return await openLocked(files, key, origin, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function openLocked(files: LogFiles, key: SigningKey, origin: string | undefined, unlock: () => Promise<void>): Promise<DecisionLog> {
  const store = new FolderCheckpoints(files);
  const signed = await store.load();
  if (signed === null && files.exists) throw unguarded(files.path("signed.json"));
  const known = signed === null ? undefined : unsignedCheckpoint(signed.note);
  const keys = KeyRing.of(origin ?? known?.origin ?? DEFAULT_ORIGIN, key);
  if (signed !== null) requireSigner(signed.note, keys, files.folder);
  const before = known?.size ?? 0;
  const traces = await TraceabilitySystem.open(await storeOf(await files.entries(before)));
  const signer = await CheckpointSigner.open({ log: traces, keys, store, intervalMs: 0 });
  const publish = async (now: number): Promise<PublishedHead> => {
    await writeTiles(files, traces, before);
    if (!existsSync(files.path("log.pub"))) await writeFileWhole(files.path("log.pub"), keys.verifiersText());
    return await signHead(signer, store, now, keys);
  };
  return { keys, traces, publish, close: unlock };
}

async function signHead(signer: CheckpointSigner, store: CheckpointStore, now: number, keys: KeyRing): Promise<PublishedHead> {
  const signed = await signer.sign(now);
  // A process that broke off between the two files left the readers' one behind.
  await store.save(signed);
  return { note: signed.note, size: openCheckpoint(signed.note, keys.verifiers).size };
}

async function storeOf(texts: readonly string[]): Promise<InMemoryTraceStore> {
  const store = new InMemoryTraceStore();
  await store.append(0, texts.map((text) => ({ text, keys: keysOf(parseLogEntry(text)), certificate: null })));
  return store;
}

/** Writes the tiles that the log did not have before. Those that it had are never touched. */
async function writeTiles(files: LogFiles, traces: TraceabilitySystem, before: number): Promise<void> {
  const known = new Set(tilesOf(before).map(tilePath));
  for (const tile of tilesOf(traces.head.size)) {
    const path = tilePath(tile);
    const bytes = known.has(path) ? undefined : await readTile(traces, tile);
    if (bytes === undefined) continue;
    await mkdir(dirname(files.path(path)), { recursive: true });
    await writeFileWhole(files.path(path), bytes);
  }
}

function requireSigner(note: string, keys: KeyRing, folder: string): void {
  try {
    openCheckpoint(note, keys.verifiers, keys.signer.name);
  } catch (cause) {
    const message = `${folder}: found a log that this key did not sign under the name ${keys.signer.name}, expected one that it did. Give the key and the origin of the log.`;
    throw new CaioError("InvalidProof", message, { details: { folder, origin: keys.signer.name }, cause });
  }
}

function unguarded(file: string): CaioError<"IntegrityViolation"> {
  const message = `${file}: it is not there, but a checkpoint is: nothing would guard against a fork. Restore it from a copy.`;
  return new CaioError("IntegrityViolation", message, { details: { file } });
}
