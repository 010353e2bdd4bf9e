import { existsSync } from "node:fs";

import { CaioError, isCaioError } from "@caio/core";
import {
  KeyRing,
  MerkleLog,
  openCheckpoint,
  PublicKey,
  VerifierKey,
  type Checkpoint,
  type TileSource,
} from "@caio/traceability";

import { readPublicKey } from "../bundle/read-bundle-file.ts";
import { readText } from "../load/read-text.ts";
import { LogFiles, unsignedCheckpoint } from "./log-files.ts";

const MAX_KEYS_BYTES = 65_536;

/** A log in a folder as a reader sees it. Nothing of it is proved by being here. */
export interface LogView {
  readonly files: LogFiles;
  readonly note: string;
  /** What the note says, whoever signed it. */
  readonly stated: Checkpoint;
  readonly verifiers: readonly VerifierKey[];
}

/**
 * Opens a log for reading.
 *
 * @param keyFile - the key that is trusted; default: `log.pub` in the folder, which the log itself vouches for
 * @throws CaioError `NotFound` without a checkpoint or a key, `InvalidProof` for what is none
 */
export async function viewLog(folder: string, keyFile: string | undefined): Promise<LogView> {
  const files = new LogFiles(folder);
  const note = await files.note();
  const stated = unsignedCheckpoint(note);
  return { files, note, stated, verifiers: await verifiersOf(files, stated, keyFile) };
}

async function verifiersOf(files: LogFiles, { origin }: Checkpoint, keyFile: string | undefined): Promise<readonly VerifierKey[]> {
  if (keyFile !== undefined) return [new VerifierKey(origin, new PublicKey(await readPublicKey(keyFile)))];
  const file = files.path("log.pub");
  if (existsSync(file)) return KeyRing.parseVerifiers(await readText(file, "InvalidProof", MAX_KEYS_BYTES));
  throw new CaioError("NotFound", `${file}: there is no such file. Name the key: --key FILE`, { details: { file } });
}

/** The entries that the checkpoint covers, with the tree over them. @throws CaioError as `LogFiles.entries` */
export async function readEntries({ files, stated }: LogView): Promise<{ readonly texts: readonly string[]; readonly tree: MerkleLog }> {
  const texts = await files.entries(stated.size);
  const tree = new MerkleLog();
  tree.appendAll(texts);
  return { texts, tree };
}

/** The checkpoint of a note, or why it proves nothing. */
export function openOr(note: string, { verifiers, stated }: LogView): Checkpoint | string {
  try {
    return openCheckpoint(note, verifiers, stated.origin);
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return error.message;
  }
}

/** A log in memory as its tiles are read. */
export function tileSource(texts: readonly string[], tree: MerkleLog): TileSource {
  return {
    head: tree.head(),
    subtreeHash: (level, index) => tree.subtreeHash(level, index),
    entryTexts: (start, count) => Promise.resolve(texts.slice(start, start + count)),
  };
}
