import { CaioError, fromHex } from "@caio/core";

import type { NoteSigner } from "../signing/key-ring.ts";
import { PublicKey } from "../signing/public-key.ts";
import { cosignatureMessage, cosignatureTime, ed25519Cosignature } from "../signing/signature-algorithm.ts";
import { base64Of } from "../signing/strict-base64.ts";
import { VerifierKey } from "../signing/verifier-key.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { readNote } from "./signed-note.ts";

/** Who witnessed a checkpoint, and when. */
export interface Cosignature {
  /** The name of the witness's key. */
  readonly witness: string;
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

/** The key under which others know a witness (C2SP tlog-cosignature, type 0x04): its text form is what they are given. */
export function witnessKey({ name, key }: NoteSigner): VerifierKey {
  return new VerifierKey(name, new PublicKey(key.publicKey.bytes, ed25519Cosignature));
}

/**
 * The signature line by which a witness says that this is the largest consistent head of the log that it has seen (C2SP tlog-cosignature,
 * `cosignature/v1`). It says so and checks nothing: who calls this has checked.
 *
 * @param seconds - since 1970-01-01T00:00:00Z
 * @throws CaioError `InvalidProof` for what is no checkpoint, or no time
 */
export function cosignCheckpoint(note: string, signer: NoteSigner, seconds: number): string {
  const { text } = readNote(note);
  parseCheckpoint(text);
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw refuse(`the time ${String(seconds)}`, "whole seconds");
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(seconds));
  const signature = signer.key.sign(cosignatureMessage(seconds, Buffer.from(text)));
  return `— ${signer.name} ${base64Of(Buffer.concat([fromHex(witnessKey(signer).noteKeyId), stamp, signature]))}\n`;
}

/**
 * The note with more signature lines at its end, those that it has already left out.
 *
 * @throws CaioError `InvalidProof` for what is no note then
 */
export function withSignatures(note: string, lines: readonly string[]): string {
  const known = new Set(note.slice(note.lastIndexOf("\n\n") + 2).split("\n"));
  const added = [...new Set(lines)].filter((line) => !known.has(line.replace(/\n$/, "")));
  const all = `${note}${added.join("")}`;
  readNote(all);
  return all;
}

/**
 * The witnesses among these keys that have cosigned the checkpoint, each with its latest word. Lines of others are passed over.
 *
 * @throws CaioError `InvalidProof` if a cosignature by one of these keys does not hold, or the note cannot be read
 */
export function cosignaturesOf(note: string, witnesses: readonly VerifierKey[]): readonly Cosignature[] {
  const { text, lines } = readNote(note);
  const latest = new Map<string, number>();
  for (const { name, noteKeyId, signature } of lines) {
    const witness = witnesses.find((key) => key.name === name && key.noteKeyId === noteKeyId);
    if (witness?.publicKey.algorithm !== ed25519Cosignature) continue;
    if (!witness.publicKey.verifies(Buffer.from(text), signature)) throw refuse(`a cosignature of ${name} (${noteKeyId}) that does not hold`, "that of this checkpoint");
    latest.set(name, Math.max(latest.get(name) ?? 0, cosignatureTime(signature) ?? 0));
  }
  return [...latest].map(([witness, time]) => ({ witness, time }));
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Cosignature: found ${found}, expected ${expected}.`, { details: { found, expected } });
}
