import { CaioError, fromHex, toHex } from "@caio/core";

import type { NoteSigner } from "../signing/key-ring.ts";
import { base64Of, bytesOfBase64 } from "../signing/strict-base64.ts";
import { requireKeyName, VerifierKey } from "../signing/verifier-key.ts";

const MAX_NOTE_LENGTH = 1_000_000;
const MAX_SIGNATURES = 100;
const LONE_SURROGATE = /\p{Surrogate}/u;
const SIGNATURE_LINE = /^— (?<name>[^\s+\p{C}]+) (?<signature>[A-Za-z0-9+/=]+)$/u;
// eslint-disable-next-line no-control-regex -- what a note may not hold
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** A note that at least one known key has signed. */
export interface OpenedNote {
  /** What was signed, final newline included. */
  readonly text: string;
  /** The known keys whose signatures hold, each once. */
  readonly signers: readonly VerifierKey[];
  /** Signatures by keys that are not known, which prove nothing and were passed over. */
  readonly unknown: number;
}

export interface SignatureLine {
  readonly name: string;
  readonly noteKeyId: string;
  readonly signature: Uint8Array;
}

/**
 * The text with the signatures of all signers (C2SP signed-note).
 *
 * @throws CaioError `InvalidProof` for a text that no note can hold, a name that no key can have, and no signer.
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  requireNoteText(text);
  if (signers.length === 0) throw refuse("no signer", "at least one");
  const lines = signers.map(({ name, key }) => {
    requireKeyName(name);
    const { noteKeyId } = new VerifierKey(name, key.publicKey);
    return `— ${name} ${base64Of(Buffer.concat([fromHex(noteKeyId), key.sign(Buffer.from(text))]))}\n`;
  });
  return `${text}\n${lines.join("")}`;
}

/**
 * The text of a note whose signatures by known keys all hold, of which there must be one. Signatures by other keys are passed
 * over (C2SP signed-note, Signatures).
 *
 * @throws CaioError `InvalidProof`
 */
export function openNote(note: string, verifiers: readonly VerifierKey[]): OpenedNote {
  const { text, lines } = readNote(note);
  const signers = new Set<VerifierKey>();
  let unknown = 0;
  for (const { name, noteKeyId, signature } of lines) {
    const verifier = verifiers.find((key) => key.name === name && key.noteKeyId === noteKeyId);
    if (verifier === undefined) unknown++;
    else if (verifier.publicKey.verifies(Buffer.from(text), signature)) signers.add(verifier);
    else throw refuse(`a signature of ${name} (${noteKeyId}) that does not hold`, "the signature of this text");
  }
  if (signers.size === 0) throw refuse("no signature by a known key", "at least one");
  return { text, signers: [...signers], unknown };
}

/** Text and signature lines of a note, of which nothing is checked. @throws CaioError `InvalidProof` */
export function readNote(note: string): { readonly text: string; readonly lines: readonly SignatureLine[] } {
  if (note.length > MAX_NOTE_LENGTH) throw refuse(`${String(note.length)} characters`, `at most ${String(MAX_NOTE_LENGTH)}`);
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw refuse("no blank line before signatures", "text, a blank line, signatures");
  const text = note.slice(0, split + 1);
  requireNoteText(text);
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw refuse(`${String(lines.length)} signatures`, `at most ${String(MAX_SIGNATURES)}`);
  return { text, lines: lines.map(readSignature) };
}

function readSignature(line: string): SignatureLine {
  const parts = SIGNATURE_LINE.exec(line)?.groups;
  const bytes = bytesOfBase64(parts?.["signature"] ?? "");
  if (bytes === undefined || bytes.length < 5) throw refuse("a line that is no signature", "— name base64(key id ‖ signature)");
  return { name: parts?.["name"] ?? "", noteKeyId: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

function requireNoteText(text: string): void {
  if (!text.endsWith("\n")) throw refuse("a text without a newline at its end", "a final newline");
  if (CONTROL.test(text) || LONE_SURROGATE.test(text)) throw refuse("a control character or half a character", "plain text");
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Signed note: found ${found}, expected ${expected}.`, { details: { found, expected } });
}
