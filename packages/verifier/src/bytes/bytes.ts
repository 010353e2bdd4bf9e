const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SEXTETS = Uint8Array.from({ length: 128 }, (_unit, code) => Math.max(0, ALPHABET.indexOf(String.fromCharCode(code))));
const NIBBLES = Uint8Array.from({ length: 128 }, (_unit, code) => Math.max(0, "0123456789abcdef".indexOf(String.fromCharCode(code))));
const encoder = new TextEncoder();

/** UTF-8 of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes. @throws TypeError if they are none. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const result = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

/** Bytes of lower-case hex of whole bytes, or undefined. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digit(NIBBLES, text, 2 * i) << 4) | digit(NIBBLES, text, 2 * i + 1);
  return bytes;
}

/** Bytes of padded base64 (RFC 4648 §4) with zero trailing bits, or undefined. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3);
  for (let i = 0, at = 0; at < text.length; at += 4) {
    const group = (digit(SEXTETS, text, at) << 18) | (digit(SEXTETS, text, at + 1) << 12) | (digit(SEXTETS, text, at + 2) << 6) | digit(SEXTETS, text, at + 3);
    bytes[i++] = group >> 16;
    bytes[i++] = group >> 8;
    bytes[i++] = group;
  }
  const whole = bytes.length - padding;
  return bytes.subarray(whole).every((byte) => byte === 0) ? bytes.subarray(0, whole) : undefined;
}

function digit(values: Uint8Array, text: string, at: number): number {
  return values[text.charCodeAt(at)] ?? 0;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
