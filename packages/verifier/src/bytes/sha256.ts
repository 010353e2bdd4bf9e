import { concat, fromHex, toHex, utf8 } from "./bytes.ts";
import { hostModule } from "./host.ts";

/** FIPS 180-4 §4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUNDS = words(
  "428a2f9871374491b5c0fbcfe9b5dba53956c25b59f111f1923f82a4ab1c5ed5d807aa9812835b01243185be550c7dc372be5d7480deb1fe9bdc06a7c19bf174" +
  "e49b69c1efbe47860fc19dc6240ca1cc2de92c6f4a7484aa5cb0a9dc76f988da983e5152a831c66db00327c8bf597fc7c6e00bf3d5a7914706ca635114292967" +
  "27b70a852e1b21384d2c6dfc53380d13650a7354766a0abb81c2c92e92722c85a2bfe8a1a81a664bc24b8b70c76c51a3d192e819d6990624f40e3585106aa070" +
  "19a4c1161e376c082748774c34b0bcb5391c0cb34ed8aa4a5b9cca4f682e6ff3748f82ee78a5636f84c878148cc7020890befffaa4506cebbef9a3f7c67178f2",
);
const START = words("6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19");

const native = hostModule("node:crypto")?.hash;

/** SHA-256 (FIPS 180-4) of a text's UTF-8 (or of bytes) as 64 lower-case hex digits. */
export function sha256Hex(value: string | Uint8Array): string {
  return native === undefined ? toHex(ownSha256(typeof value === "string" ? utf8(value) : value)) : native("sha256", value, "hex");
}

/** SHA-256 of the bytes of all parts, one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const message = concat(parts);
  return native === undefined ? ownSha256(message) : (fromHex(native("sha256", message, "hex")) ?? message);
}

/** What is used where the platform has no SHA-256 that answers at once. */
export function ownSha256(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(((message.length + 72) >>> 6) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const ends = new DataView(padded.buffer);
  ends.setUint32(padded.length - 8, Math.floor(message.length / 0x20000000));
  ends.setUint32(padded.length - 4, message.length << 3);
  const state = Int32Array.from(START);
  const schedule = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) compress(state, schedule, padded, at);
  const result = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => { result.setInt32(4 * i, word); });
  return new Uint8Array(result.buffer);
}

function compress(state: Int32Array, w: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const j = at + 4 * i;
    w[i] = (of(bytes, j) << 24) | (of(bytes, j + 1) << 16) | (of(bytes, j + 2) << 8) | of(bytes, j + 3);
  }
  for (let i = 16; i < 64; i++) {
    const x = of(w, i - 15);
    const y = of(w, i - 2);
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = of(w, i - 16) + s0 + of(w, i - 7) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + of(ROUNDS, i) + of(w, i)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] ?? 0) + word; });
}

function of(list: Int32Array | Uint8Array, at: number): number {
  return list[at] ?? 0;
}

function words(hex: string): Int32Array {
  const view = new DataView((fromHex(hex) ?? new Uint8Array()).buffer);
  return Int32Array.from({ length: hex.length / 8 }, (_word, i) => view.getInt32(4 * i));
}
