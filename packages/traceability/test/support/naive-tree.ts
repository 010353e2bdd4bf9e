import { createHash } from "node:crypto";

/** RFC 9162 §2.1 word for word: every hash anew, from the leaves. */
function hash(...parts: Uint8Array[]): Uint8Array {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return digest.digest();
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** MTH(D[n]) (RFC 9162 §2.1.1). */
export function naiveRoot(entries: readonly string[]): Uint8Array {
  const [only] = entries;
  if (only === undefined) return hash();
  if (entries.length === 1) return hash(Uint8Array.of(0), Buffer.from(only));
  const k = split(entries.length);
  return hash(Uint8Array.of(1), naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k)));
}

/** PATH(m, D[n]) (RFC 9162 §2.1.3.1). */
export function naivePath(m: number, entries: readonly string[]): Uint8Array[] {
  if (entries.length <= 1) return [];
  const k = split(entries.length);
  return m < k
    ? [...naivePath(m, entries.slice(0, k)), naiveRoot(entries.slice(k))]
    : [...naivePath(m - k, entries.slice(k)), naiveRoot(entries.slice(0, k))];
}

/** PROOF(m, D[n]) (RFC 9162 §2.1.4.1). */
export function naiveProof(m: number, entries: readonly string[], whole = true): Uint8Array[] {
  if (m === entries.length) return whole ? [] : [naiveRoot(entries)];
  const k = split(entries.length);
  return m <= k
    ? [...naiveProof(m, entries.slice(0, k), whole), naiveRoot(entries.slice(k))]
    : [...naiveProof(m - k, entries.slice(k), false), naiveRoot(entries.slice(0, k))];
}
