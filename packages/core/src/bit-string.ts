/** The first `length` bits of `bytes`, the highest bit of a byte first. */
export interface BitString {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** All bits of the bytes. */
export function bitsOf(bytes: Uint8Array): BitString {
  return { bytes, length: bytes.length * 8 };
}

/** Bit `index` of the bytes, 0 or 1; 0 past their end. */
export function bitAt(bytes: Uint8Array, index: number): 0 | 1 {
  const byte = bytes[index >>> 3] ?? 0;
  return ((byte >>> (7 - (index & 7))) & 1) === 1 ? 1 : 0;
}

/** How many of the leading bits are equal, at most `limit`. Bits before `from` are taken to be equal. */
export function commonBits(a: Uint8Array, b: Uint8Array, limit: number, from = 0): number {
  for (let index = from >>> 3; index * 8 < limit; index++) {
    const difference = (a[index] ?? 0) ^ (b[index] ?? 0);
    if (difference !== 0) return Math.min(limit, index * 8 + Math.clz32(difference) - 24);
  }
  return limit;
}

/** The bits as whole bytes, the unused bits of the last one zero. */
export function paddedBytes(bits: BitString): Uint8Array {
  // `slice` of a Buffer would share its memory.
  const padded = new Uint8Array(bits.bytes.subarray(0, Math.ceil(bits.length / 8)));
  const rest = bits.length % 8;
  const last = padded.at(-1);
  if (rest !== 0 && last !== undefined) padded[padded.length - 1] = last & (0xff << (8 - rest)) & 0xff;
  return padded;
}
