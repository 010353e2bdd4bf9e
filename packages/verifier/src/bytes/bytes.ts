import { hostModule } from "./host.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** What is no digit has a bit above those of a digit. */
const NONE = 0x80;
const SEXTETS = digitsOf(ALPHABET);
const NIBBLES = digitsOf("0123456789abcdef");
const native = hostModule("node:buffer")?.Buffer;
const encoder = new TextEncoder();
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** UTF-8 of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; the slower decoder is asked only where the other may have replaced something. @throws TypeError if they are none. */
export function textOf(bytes: Uint8Array): string {
  const text = native === undefined ? lenient.decode(bytes) : native.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  return text.includes("\ufffd") ? strict.decode(bytes) : text;
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
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  let seen = 0;
  for (let i = 0; i < bytes.length; i++) {
    const [high, low] = [digit(NIBBLES, text, 2 * i), digit(NIBBLES, text, 2 * i + 1)];
    seen |= high | low;
    bytes[i] = (high << 4) | low;
  }
  return seen < NONE ? bytes : undefined;
}

/** Bytes of padded base64 (RFC 4648 §4) with zero trailing bits, or undefined. */
export function fromBase64(text: string): Uint8Array | undefined {
  // The platform reads on past what is no digit and knows other digits, so it is only given what is of the one form.
  if (native === undefined || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return ownFromBase64(text);
  const { buffer, byteOffset, length } = native.from(text, "base64");
  return ownFromBase64(text.slice(-4)) === undefined ? undefined : new Uint8Array(buffer, byteOffset, length);
}

/** What is used where the platform has no base64 of its own. */
export function ownFromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = padding === 0 ? text : text.slice(0, -padding) + "A".repeat(padding);
  const bytes = new Uint8Array((text.length / 4) * 3);
  let seen = 0;
  for (let i = 0, at = 0; at < digits.length; at += 4, i += 3) {
    const [a, b, c, d] = [digit(SEXTETS, digits, at), digit(SEXTETS, digits, at + 1), digit(SEXTETS, digits, at + 2), digit(SEXTETS, digits, at + 3)];
    seen |= a | b | c | d;
    bytes[i] = (a << 2) | (b >> 4);
    bytes[i + 1] = (b << 4) | (c >> 2);
    bytes[i + 2] = (c << 6) | d;
  }
  const whole = bytes.length - padding;
  return seen < NONE && bytes.subarray(whole).every((byte) => byte === 0) ? bytes.subarray(0, whole) : undefined;
}

function digit(values: Uint8Array, text: string, at: number): number {
  return values[text.charCodeAt(at)] ?? NONE;
}

function digitsOf(alphabet: string): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_unit, code) => (alphabet.includes(String.fromCharCode(code)) ? alphabet.indexOf(String.fromCharCode(code)) : NONE));
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
