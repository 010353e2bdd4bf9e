import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  consistencyPath,
  inclusionPath,
  leafHash,
  nodeHash,
  sha256,
  toHex,
  treeRoot,
  verifyConsistencyPath,
  verifyInclusionPath,
  type SubtreeReader,
} from "../src/index.ts";
import { describeVectors } from "./vectors.ts";

const leaves = Array.from({ length: 70 }, (_, index) => leafHash(`entry ${String(index)}`));

/** The definition of RFC 9162 §2.1.1, word by word. */
function mth(hashes: readonly Uint8Array[]): Uint8Array {
  const [first] = hashes;
  if (first === undefined) return sha256("");
  if (hashes.length === 1) return first;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(mth(hashes.slice(0, split)), mth(hashes.slice(split)));
}

const read: SubtreeReader = (level, index) => mth(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
const roots = Array.from({ length: leaves.length + 1 }, (_, size) => mth(leaves.slice(0, size)));
const root = (size: number): Uint8Array => roots[size] ?? new Uint8Array();
const leafAt = (index: number): Uint8Array => leaves[index] ?? new Uint8Array();

describe("Merkle tree", () => {
  it("has the root of the definition at every size", () => {
    for (let size = 0; size <= leaves.length; size++) expect(toHex(treeRoot(size, read))).toBe(toHex(root(size)));
  });

  it("proves every leaf at every size, and no other", () => {
    for (let size = 1; size <= 33; size++) {
      for (let index = 0; index < size; index++) {
        const path = inclusionPath(index, size, read);
        expect(verifyInclusionPath(leafAt(index), index, size, path, root(size))).toBe(true);
        expect(verifyInclusionPath(leafAt(index + 1), index, size, path, root(size))).toBe(false);
        expect(verifyInclusionPath(leafAt(index), (index + 1) % size, size, path, root(size))).toBe(size === 1);
        expect(verifyInclusionPath(leafAt(index), index, size, [...path, leafAt(0)], root(size))).toBe(false);
        expect(verifyInclusionPath(leafAt(index), index, size, path, root(size + 1))).toBe(false);
      }
    }
  });

  it("proves that every smaller tree is a prefix, and no other tree", () => {
    for (let second = 1; second <= 33; second++) {
      for (let first = 1; first <= second; first++) {
        const path = consistencyPath(first, second, read);
        expect(verifyConsistencyPath(first, second, path, root(first), root(second))).toBe(true);
        expect(verifyConsistencyPath(first, second, path, root(first - 1), root(second))).toBe(false);
        expect(verifyConsistencyPath(first, second, path, root(first), root(second + 1))).toBe(false);
        expect(verifyConsistencyPath(first, second, [...path, root(1)], root(first), root(second))).toBe(false);
        expect(verifyConsistencyPath(second + 1, first, path, root(first), root(second))).toBe(false);
      }
    }
  });

  it("refuses a changed bit anywhere", () => {
    const places = fc.tuple(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(places, ([size, leafPick, stepPick, bit]) => {
        const index = leafPick % size;
        const path = inclusionPath(index, size, read);
        const flipped = path.map((hash, place) => (place === stepPick % path.length ? flip(hash, bit) : hash));
        expect(verifyInclusionPath(leafAt(index), index, size, flipped, root(size))).toBe(false);
        const first = 1 + (leafPick % (size - 1));
        const proof = consistencyPath(first, size, read);
        const broken = proof.map((hash, place) => (place === stepPick % proof.length ? flip(hash, bit) : hash));
        expect(verifyConsistencyPath(first, size, broken, root(first), root(size))).toBe(false);
      }),
    );
  });

  it("knows what it cannot prove", () => {
    expect(verifyConsistencyPath(0, 0, [], root(0), root(0))).toBe(true);
    expect(verifyConsistencyPath(0, 0, [], root(1), root(1))).toBe(false);
    expect(verifyConsistencyPath(0, 5, [], root(0), root(5))).toBe(false);
    expect(verifyInclusionPath(leafAt(0), 0, 2, [new Uint8Array(31)], root(2))).toBe(false);
    for (const bad of [-1, 0.5, Number.NaN, 5]) {
      expect(() => inclusionPath(bad, 5, read)).toThrow(expect.objectContaining({ code: "InvalidProof" }));
      expect(verifyInclusionPath(leafAt(0), bad, 5, [], root(5))).toBe(false);
    }
    for (const bad of [-1, 0.5, Number.NaN]) {
      expect(() => treeRoot(bad, read)).toThrow(expect.objectContaining({ code: "InvalidProof" }));
      expect(() => consistencyPath(bad, 5, read)).toThrow(expect.objectContaining({ code: "InvalidProof" }));
      expect(verifyConsistencyPath(bad, 5, [], root(0), root(5))).toBe(false);
    }
    expect(() => consistencyPath(6, 5, read)).toThrow(expect.objectContaining({ code: "InvalidProof" }));
  });
});

interface InclusionVector {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}
interface ConsistencyVector {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}

describeVectors("RFC 6962 vectors", "rfc6962", (folder) => {
  const inclusion = jsonFiles(join(folder, "inclusion"));
  const consistency = jsonFiles(join(folder, "consistency"));
  it("are 196", () => {
    expect(inclusion.length + consistency.length).toBe(196);
  });
  it.each(inclusion)("inclusion %s", (name) => {
    const vector = JSON.parse(readFileSync(join(folder, "inclusion", name), "utf8")) as InclusionVector;
    const path = (vector.proof ?? []).map(bytes);
    const holds = verifyInclusionPath(bytes(vector.leafHash), vector.leafIdx, vector.treeSize, path, bytes(vector.root));
    expect(holds).toBe(!vector.wantErr);
  });
  it.each(consistency)("consistency %s", (name) => {
    const vector = JSON.parse(readFileSync(join(folder, "consistency", name), "utf8")) as ConsistencyVector;
    const { size1, size2, root1, root2 } = vector;
    const holds = verifyConsistencyPath(size1, size2, (vector.proof ?? []).map(bytes), bytes(root1), bytes(root2));
    expect(holds).toBe(!vector.wantErr);
  });
});

function jsonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
}

function bytes(base64: string): Uint8Array {
  return Buffer.from(base64, "base64");
}

function flip(hash: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(hash);
  copy[bit >>> 3] = (copy[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
