import { isCaioError, leafHash, toHex, verifyConsistencyPath, verifyInclusionPath } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { MerkleLog } from "../src/index.ts";
import { naivePath, naiveProof, naiveRoot } from "./support/naive-tree.ts";

const entries = fc.array(fc.string({ maxLength: 8 }), { maxLength: 70 });

function logOf(texts: readonly string[]): MerkleLog {
  const log = new MerkleLog();
  log.appendAll(texts);
  return log;
}

const hexes = (hashes: readonly Uint8Array[]): string[] => hashes.map(toHex);

describe("MerkleLog agrees with the tree written from the RFC", () => {
  it("in its root at every size it ever had", () => {
    fc.assert(
      fc.property(entries, (texts) => {
        const log = logOf(texts);
        for (let size = 0; size <= texts.length; size += 7) {
          expect(toHex(log.head(size).root)).toBe(toHex(naiveRoot(texts.slice(0, size))));
        }
        expect(toHex(log.head().root)).toBe(toHex(naiveRoot(texts)));
      }),
      { numRuns: 60 },
    );
  });

  it("in every inclusion proof, which verifies", () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.nat(), (texts, a, b) => {
        if (texts.length === 0) return;
        const size = 1 + (a % texts.length);
        const index = b % size;
        const log = logOf(texts);
        const proof = log.inclusionProof(index, size);
        expect(hexes(proof)).toEqual(hexes(naivePath(index, texts.slice(0, size))));
        expect(verifyInclusionPath(log.leafHash(index), index, size, proof, log.head(size).root)).toBe(true);
      }),
    );
  });

  it("in every consistency proof, which verifies: any two heads are of one log (INV-CAIO-LOG-0001)", () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.nat(), (texts, a, b) => {
        if (texts.length === 0) return;
        const second = 1 + (a % texts.length);
        const first = 1 + (b % second);
        const log = logOf(texts);
        const proof = log.consistencyProof(first, second);
        expect(hexes(proof)).toEqual(hexes(naiveProof(first, texts.slice(0, second))));
        expect(verifyConsistencyPath(first, second, proof, log.head(first).root, log.head(second).root)).toBe(true);
      }),
    );
  });
});

describe("MerkleLog", () => {
  it("gives the same whether entries come one by one or together", () => {
    const one = new MerkleLog();
    expect([one.append("a"), one.append("b"), one.append("c")]).toEqual([0, 1, 2]);
    const all = new MerkleLog();
    expect(all.appendAll(["a", "b", "c"])).toBe(0);
    expect(toHex(all.head().root)).toBe(toHex(one.head().root));
  });

  it("hands out copies: nobody can change the tree through a hash", () => {
    const log = logOf(["a", "b", "c"]);
    const before = toHex(log.head().root);
    for (const hash of [log.leafHash(2), log.subtreeHash(1, 0), ...log.inclusionProof(0), log.head().root, log.head(1).root]) hash.fill(0);
    expect(toHex(log.head().root)).toBe(before);
    expect(toHex(log.leafHash(0))).toBe(toHex(leafHash("a")));
  });

  it("keeps the bytes of a hash, not the memory that it was given", () => {
    const hash = leafHash("a");
    const log = new MerkleLog();
    log.appendLeafHash(hash);
    hash.fill(0);
    log.append("b");
    expect(toHex(log.head().root)).toBe(toHex(naiveRoot(["a", "b"])));
  });

  it("is the same tree over many blocks of memory", () => {
    const texts = Array.from({ length: 1100 }, (_text, index) => String(index));
    const log = logOf(texts);
    for (const size of [255, 256, 257, 511, 512, 513, 768, 1100]) expect(toHex(log.head(size).root)).toBe(toHex(naiveRoot(texts.slice(0, size))));
    for (const index of [0, 255, 256, 767, 768, 1099]) expect(toHex(log.leafHash(index))).toBe(toHex(leafHash(String(index))));
  });

  it.each<[string, (log: MerkleLog) => unknown]>([
    ["a leaf past the end", (log) => log.leafHash(2)],
    ["a head past the end", (log) => log.head(3)],
    ["half a head", (log) => log.head(0.5)],
    ["a proof of no leaf", (log) => log.inclusionProof(2)],
    ["a proof past the end", (log) => log.inclusionProof(0, 3)],
    ["consistency backwards", (log) => log.consistencyProof(2, 1)],
    ["a short leaf hash", (log) => log.appendLeafHash(new Uint8Array(31))],
  ])("refuses %s", (_name, use) => {
    let error: unknown;
    try {
      use(logOf(["a", "b"]));
    } catch (thrown) {
      error = thrown;
    }
    expect(isCaioError(error, "InvalidProof")).toBe(true);
  });
});
