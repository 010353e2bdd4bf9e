const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

// FNV-1a (32 bits) over a kind byte and the UTF-8 of characters, finished with MurmurHash3's last mixing step.

/** A hash that has taken in the byte of a kind. */
export function start(kind: number): number {
  return absorbByte(FNV_OFFSET, kind);
}

/** All characters of a word. */
export function absorb(hash: number, word: string): number {
  let result = hash;
  for (let at = 0; at < word.length; ) {
    const point = word.codePointAt(at) ?? 0;
    result = absorbOne(result, point);
    at += unitsOf(point);
  }
  return result;
}

/** UTF-16 code units of a code point. */
export function unitsOf(codePoint: number): 1 | 2 {
  return codePoint > 0xffff ? 2 : 1;
}

/** One code point as its UTF-8 bytes; half a surrogate pair, cut off at the end, as U+FFFD. */
export function absorbOne(hash: number, codePoint: number): number {
  const point = codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint;
  if (point < 0x80) return absorbByte(hash, point);
  if (point < 0x800) return absorbByte(absorbByte(hash, 0xc0 | (point >>> 6)), tail(point, 0));
  if (point < 0x10000) {
    return absorbByte(absorbByte(absorbByte(hash, 0xe0 | (point >>> 12)), tail(point, 6)), tail(point, 0));
  }
  const first = absorbByte(hash, 0xf0 | (point >>> 18));
  return absorbByte(absorbByte(absorbByte(first, tail(point, 12)), tail(point, 6)), tail(point, 0));
}

function tail(point: number, shift: number): number {
  return 0x80 | ((point >>> shift) & 0x3f);
}

export function absorbByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, FNV_PRIME);
}

/** FNV-1a leaves the upper bits of short inputs poorly mixed; this spreads every bit. Result: 0 … 2³² − 1. */
export function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
