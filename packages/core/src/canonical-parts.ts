import { hash } from "node:crypto";

import type { Digest } from "./digest.ts";

/** A canonical text that many values have in common, with its bytes and its digest once they were asked for. */
export class SharedText {
  readonly text: string;
  #bytes: Uint8Array | undefined;
  #digest: Digest | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** UTF-8. */
  get bytes(): Uint8Array {
    return (this.#bytes ??= Buffer.from(this.text));
  }

  get digest(): Digest {
    return (this.#digest ??= hash("sha256", this.bytes, "hex"));
  }
}

/** One part of a canonical text. */
export type CanonicalPart = string | SharedText;

/** The parts as one text. */
export function partsText(parts: readonly CanonicalPart[]): string {
  let text = "";
  for (const part of parts) text += typeof part === "string" ? part : part.text;
  return text;
}

const FIRST_SIZE = 131_072;
/** A longer text does not keep its space. */
const KEPT_SIZE = 1_048_576;
/** The most bytes of UTF-8 that a UTF-16 unit takes. */
const BYTES_A_UNIT = 3;

/** Where texts are put together, one after another: fresh memory costs more than all that is written to it. */
let space = Buffer.allocUnsafeSlow(FIRST_SIZE);

/** SHA-256 of the parts as one text. */
export function partsDigest(parts: readonly CanonicalPart[]): Digest {
  let room = 0;
  for (const part of parts) room += typeof part === "string" ? part.length * BYTES_A_UNIT : part.bytes.length;
  const buffer = room <= space.length ? space : Buffer.allocUnsafeSlow(room);
  if (room <= KEPT_SIZE) space = buffer;
  let length = 0;
  for (const part of parts) {
    if (typeof part === "string") length += buffer.write(part, length);
    else {
      buffer.set(part.bytes, length);
      length += part.bytes.length;
    }
  }
  return hash("sha256", buffer.subarray(0, length), "hex");
}
