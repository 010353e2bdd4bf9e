import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { leafHash, sha256, verifyConsistency, verifyInclusion } from "../src/index.ts";
import { proofHashes } from "../src/log/merkle.ts";

const join = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(Uint8Array.of(1), left, right);
const splitOf = (size: number): number => 2 ** Math.ceil(Math.log2(size) - 1);
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (leaves.length <= 1) return only ?? sha256();
  return join(rootOf(leaves.slice(0, splitOf(leaves.length))), rootOf(leaves.slice(splitOf(leaves.length))));
}
/** RFC 9162 §2.1.3.1 */
function path(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split ? [...path(index, left), rootOf(right)] : [...path(index - split, right), rootOf(left)];
}
/** RFC 9162 §2.1.4.1 */
function consistency(size: number, leaves: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (size === leaves.length) return whole ? [] : [rootOf(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return size <= split ? [...consistency(size, left, whole), rootOf(right)] : [...consistency(size - split, right, false), rootOf(left)];
}
const tree = (size: number): Uint8Array[] => Array.from({ length: size }, (_leaf, i) => leafHash(Uint8Array.of(i)));
const twisted = (hash: Uint8Array | undefined): Uint8Array => Uint8Array.from(hash ?? [], (byte, at) => (at === 7 ? byte ^ 1 : byte));

describe("log proofs", () => {
  it("hold for every entry of trees up to 40, and for no other index or changed hash", () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = tree(size);
      for (const [index, leaf] of leaves.entries()) {
        const claim = { index, size, leafHash: leaf, proof: path(index, leaves), root: rootOf(leaves) };
        expect(verifyInclusion(claim)).toBe(true);
        if (size > 1) expect(verifyInclusion({ ...claim, index: (index + 1) % size })).toBe(false);
        if (claim.proof.length > 0) expect(verifyInclusion({ ...claim, proof: [twisted(claim.proof[0]), ...claim.proof.slice(1)] })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...claim.proof, leaf] })).toBe(false);
      }
    }
  });

  it("hold between every two sizes up to 24, and for no changed root or hash", () => {
    for (let size2 = 1; size2 <= 24; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const leaves = tree(size2);
        const claim = { size1, size2, root1: rootOf(leaves.slice(0, size1)), root2: rootOf(leaves), proof: consistency(size1, leaves) };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, root1: twisted(claim.root1) })).toBe(false);
        expect(verifyConsistency({ ...claim, root2: twisted(claim.root2) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...claim.proof, claim.root1] })).toBe(false);
      }
    }
  });

  it("are of whole sizes and places, and never longer than the way to the root", () => {
    const [one, two] = tree(2);
    if (one === undefined || two === undefined) throw new Error("There are two leaves.");
    const claim = { index: 0, size: 1, leafHash: one, proof: [], root: one };
    expect(verifyInclusion(claim)).toBe(true);
    for (const index of [0.5, -1, NaN, -Infinity]) expect(verifyInclusion({ ...claim, index }), String(index)).toBe(false);
    expect(verifyInclusion({ index: 0, size: 1.5, leafHash: one, proof: [two], root: join(one, two) })).toBe(false);
    expect(verifyInclusion({ ...claim, proof: [two], root: join(two, one) })).toBe(false);
    const grown = { root1: one, root2: one, proof: [] };
    for (const [size1, size2] of [[-1, -1], [0.5, 0.5], [2, 1], [0, 0]] as const) expect(verifyConsistency({ ...grown, size1, size2 }), String(size1)).toBe(false);
    expect(verifyConsistency({ ...grown, size1: 0.5, size2: 1, proof: [one] })).toBe(false);
    expect(verifyConsistency({ ...grown, size1: 3, size2: 4 })).toBe(false);
  });

  it("are made of at most 64 hashes of 32 bytes, in hex", () => {
    const hash = "ab".repeat(32);
    expect([proofHashes([]), proofHashes([hash]), proofHashes(Array.from({ length: 64 }, () => hash))?.length, proofHashes(Array.from({ length: 65 }, () => hash))]).toEqual([[], [new Uint8Array(32).fill(0xab)], 64, undefined]);
    for (const text of ["ab".repeat(31), "ab".repeat(33), "z".repeat(64), ""]) expect(proofHashes([hash, text]), text).toBeUndefined();
  });

  it("are total", () => {
    const hash = fc.uint8Array({ maxLength: 40 });
    fc.assert(fc.property(fc.double(), fc.double(), hash, fc.array(hash), hash, (index, size, leaf, proof, root) => {
      expect(verifyInclusion({ index, size, leafHash: leaf, proof, root })).toBe(false);
      expect(verifyConsistency({ size1: index, size2: size, root1: leaf, root2: root, proof }) && size !== index && index !== 0).toBe(false);
    }));
  });
});
