import { CaioError } from "@caio/core";

import type { TreeHead } from "../log/merkle-log.ts";
import type { NoteSigner } from "../signing/key-ring.ts";
import { ed25519Cosignature } from "../signing/signature-algorithm.ts";
import { base64Of, bytesOfBase64 } from "../signing/strict-base64.ts";
import type { VerifierKey } from "../signing/verifier-key.ts";
import { openNote, signNote } from "./signed-note.ts";

/** The head of a log at one moment, as the log states it (C2SP tlog-checkpoint). */
export interface Checkpoint extends TreeHead {
  /** The name of the log. */
  readonly origin: string;
  /** Lines that say more; CAIO writes none and reads nothing from them. */
  readonly extensions: readonly string[];
}

/**
 * The text that is signed: origin, size, base64 of the root, each on a line of its own.
 *
 * @throws CaioError `InvalidProof` for parts that would not be read back as they are.
 */
export function checkpointText({ origin, size, root, extensions }: Checkpoint): string {
  const lines = [origin, String(size), base64Of(root), ...extensions];
  const text = `${lines.join("\n")}\n`;
  // A line break in an origin would make another checkpoint of it.
  const read = parseCheckpoint(text);
  if (read.origin !== origin || read.extensions.length !== extensions.length) throw refuse("a line break in a line", "one line each");
  return text;
}

/** The checkpoint of its text. @throws CaioError `InvalidProof` */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith("\n")) throw refuse("no newline at the end", "a final newline");
  const [origin = "", size = "", root = "", ...extensions] = text.slice(0, -1).split("\n");
  if (origin === "" || extensions.includes("")) throw refuse("an empty line", "origin, size and root, one a line");
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw refuse("a second line that is no size", "a decimal count without leading zeros");
  }
  const bytes = bytesOfBase64(root);
  if (bytes?.length !== 32) throw refuse("a third line that is no root", "base64 of 32 bytes");
  return { origin, size: Number(size), root: bytes, extensions };
}

/** A checkpoint as a signed note. A log signs under its origin, so each signer's name should be that. @throws CaioError `InvalidProof` */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): string {
  return signNote(checkpointText(checkpoint), signers);
}

/**
 * The checkpoint of a note that the log itself signed: a known key holds, and its name is the origin. Witnesses alone do not
 * make a checkpoint.
 *
 * @param origin - if said, the log that is expected
 * @throws CaioError `InvalidProof`
 */
export function openCheckpoint(note: string, verifiers: readonly VerifierKey[], origin?: string): Checkpoint {
  const { text, signers } = openNote(note, verifiers);
  const checkpoint = parseCheckpoint(text);
  if (origin !== undefined && checkpoint.origin !== origin) throw refuse(`origin ${checkpoint.origin}`, origin);
  if (!signers.some(({ name, publicKey }) => name === checkpoint.origin && publicKey.algorithm !== ed25519Cosignature)) {
    throw refuse(`no signature of ${checkpoint.origin}`, "one by a known key of the log itself");
  }
  return checkpoint;
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Checkpoint: found ${found}, expected ${expected}.`, { details: { found, expected } });
}
