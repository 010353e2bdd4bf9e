import { CaioError, sha256, toHex } from "@caio/core";

import { PublicKey } from "./public-key.ts";
import { algorithmOfType } from "./signature-algorithm.ts";
import { base64Of, bytesOfBase64 } from "./strict-base64.ts";

/** Names of keys in notes: no white space, no plus, no control character (C2SP signed-note, Format). */
const KEY_NAME = /^[^\s+\p{C}]+$/u;
const LONE_SURROGATE = /\p{Surrogate}/u;
const KEY_TEXT = /^(?<name>[^+]+)\+(?<id>[0-9a-f]{8})\+(?<key>[A-Za-z0-9+/=]+)$/u;

/** A public key under the name by which notes know it. Its text form is `name+key id+base64(type ‖ key)`. */
export class VerifierKey {
  readonly name: string;
  readonly publicKey: PublicKey;
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key), as 8 hex digits (certificate §7). */
  readonly noteKeyId: string;

  /** @throws CaioError `InvalidProof` for a name that no note can hold. */
  constructor(name: string, publicKey: PublicKey) {
    requireKeyName(name);
    this.name = name;
    this.publicKey = publicKey;
    this.noteKeyId = toHex(sha256(`${name}\n`, typedKey(publicKey)).subarray(0, 4));
  }

  /** The key of its text form. @throws CaioError `InvalidProof` also if the key id is not that of the key. */
  static parse(text: string): VerifierKey {
    const parts = KEY_TEXT.exec(text)?.groups;
    const [bytes, algorithm] = readTypedKey(parts?.["key"] ?? "");
    if (bytes === undefined || algorithm === undefined) throw refuse("another text", "name+key id+base64 of a known type and key");
    const key = new VerifierKey(parts?.["name"] ?? "", new PublicKey(bytes.subarray(1), algorithm));
    if (key.noteKeyId !== parts?.["id"]) throw refuse("the key id of another key", key.noteKeyId);
    return key;
  }

  /** The text form, as `parse` reads it. */
  toString(): string {
    return `${this.name}+${this.noteKeyId}+${base64Of(typedKey(this.publicKey))}`;
  }
}

/** @throws CaioError `InvalidProof` unless a note can hold the name of a key. */
export function requireKeyName(name: string): void {
  if (KEY_NAME.test(name) && !LONE_SURROGATE.test(name)) return;
  throw refuse(`the name ${JSON.stringify(name.slice(0, 40))}`, "a name without white space, plus and control characters");
}

function readTypedKey(text: string): [Uint8Array | undefined, ReturnType<typeof algorithmOfType>] {
  const bytes = bytesOfBase64(text);
  return [bytes, algorithmOfType(bytes?.[0] ?? -1)];
}

function typedKey({ algorithm, bytes }: PublicKey): Uint8Array {
  return Buffer.concat([Uint8Array.of(algorithm.noteType), bytes]);
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Verifier key: found ${found}, expected ${expected}.`, { details: { found, expected } });
}
