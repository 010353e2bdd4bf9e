import { bitsOf, CaioError, type BitString } from "@caio/core";

const SEGMENT = 0x01;
const SERVICE = 0x00;
const MAX_TEXT_BYTES = 255;

/**
 * The key of (capability type, service) in the capability trie (certificate, Tries): per segment of the type
 * 0x01 ‖ u8 length ‖ UTF-8, then 0x00 ‖ u8 length ‖ service id. No key begins with another.
 *
 * @throws CaioError `InvalidContract` for an empty or overlong segment or id.
 */
export function capabilityKey(type: string, serviceId: string): Uint8Array {
  return Buffer.concat([...segments(type), part(SERVICE, serviceId)]);
}

/**
 * The bits that the keys of `type` and of every type that continues it after a dot begin with, and no other key:
 * c ⊑ q as a prefix (calculus §2).
 *
 * @throws CaioError `InvalidContract` for an empty or overlong segment.
 */
export function capabilityPrefix(type: string): BitString {
  return bitsOf(Buffer.concat(segments(type)));
}

function segments(type: string): Uint8Array[] {
  return type.split(".").map((segment) => part(SEGMENT, segment));
}

function part(tag: number, text: string): Uint8Array {
  const bytes = Buffer.from(text);
  if (bytes.length === 0 || bytes.length > MAX_TEXT_BYTES) {
    const found = `${String(bytes.length)} bytes`;
    const expected = `1 to ${String(MAX_TEXT_BYTES)} bytes in an id or in a segment of a capability type`;
    throw new CaioError("InvalidContract", `Found ${found}, expected ${expected}.`, { details: { found, expected } });
  }
  return Buffer.concat([Uint8Array.of(tag, bytes.length), bytes]);
}
