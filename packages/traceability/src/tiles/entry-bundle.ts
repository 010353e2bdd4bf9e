import { CaioError } from "@caio/core";

/** The longest entry that a bundle of entries can hold, in bytes: the writer logs none that is longer. */
export const MAX_ENTRY_BYTES = 65_535;

/** Entries one after another, each after its length in two bytes, big-endian (C2SP tlog-tiles, Log entries). */
export function entryBundle(entries: readonly string[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const bytes = Buffer.from(entry);
    if (bytes.length > MAX_ENTRY_BYTES) throw refuse(`an entry of ${String(bytes.length)} bytes`, `at most ${String(MAX_ENTRY_BYTES)}`);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

/** The entries of a bundle. @throws CaioError `InvalidProof` if it ends within an entry or one is no UTF-8 text. */
export function parseEntryBundle(bundle: Uint8Array): readonly string[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 <= bytes.length ? at + 2 + bytes.readUInt16BE(at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw refuse(`an entry cut short at byte ${String(at)}`, "whole entries");
    entries.push(textOf(bytes.subarray(at + 2, end)));
    at = end;
  }
  return entries;
}

function textOf(bytes: Buffer): string {
  // Bytes that are no UTF-8 become replacement characters, which are other bytes.
  const text = bytes.toString("utf8");
  if (Buffer.from(text).equals(bytes)) return text;
  throw refuse("an entry that is no UTF-8", "canonical JSON");
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Bundle of entries: found ${found}, expected ${expected}.`, { details: { found, expected } });
}
