import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import type { ProofNode } from "../src/shape/certificate-shape.ts";
import { pairKey, readServiceKey, readTrieProof, typeBytes } from "../src/trie/trie-proof.ts";

const hash = (...parts: readonly (readonly number[] | Uint8Array)[]): Buffer => createHash("sha256").update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
const leafHash = (key: readonly number[], rest: number): Buffer => hash([0, 0, key.length], key, [rest]);
const closed = (digest: Buffer): ProofNode => ({ digest: digest.toString("hex") });
const leaf = (key: string, rest: string): ProofNode => ({ key, rest });
const branch = (prefix: string, bits: number): ProofNode => ({ prefix, bits });

// 0001 0000, 0001 0010 and 1000 0000: the first two part at bit 6, all three at bit 0.
const inner = hash([1, 0, 6], [0x10], leafHash([0x10], 0xaa), leafHash([0x12], 0xbb));
const root = hash([1, 0, 0], inner, leafHash([0x80], 0xcc));
const whole = [branch("", 0), branch("10", 6), leaf("10", "aa"), leaf("12", "bb"), leaf("80", "cc")];
const one = [branch("", 0), branch("10", 6), leaf("10", "aa"), closed(leafHash([0x12], 0xbb)), closed(leafHash([0x80], 0xcc))];
const query = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe("a trie proof (certificate §5)", () => {
  it("opens all that the query can reach, and gives the same root whatever is closed", () => {
    const all = readTrieProof(whole, query(), 1);
    expect(Buffer.from(all.root)).toEqual(root);
    expect(all.leaves).toEqual([{ key: query(0x10), rest: "aa" }, { key: query(0x12), rest: "bb" }, { key: query(0x80), rest: "cc" }]);
    const some = readTrieProof(one, query(0x10), 1);
    expect([Buffer.from(some.root), some.leaves]).toEqual([root, [{ key: query(0x10), rest: "aa" }]]);
    const right = readTrieProof([branch("", 0), closed(inner), leaf("80", "cc")], query(0x80), 1);
    expect([Buffer.from(right.root), right.leaves]).toEqual([root, [{ key: query(0x80), rest: "cc" }]]);
  });

  it("shows that there is nothing", () => {
    expect(Buffer.from(readTrieProof([], query(0x10), 1).root)).toEqual(hash([2]));
    const absent = readTrieProof([branch("", 0), branch("10", 6), closed(leafHash([0x10], 0xaa)), closed(leafHash([0x12], 0xbb)), closed(leafHash([0x80], 0xcc))], query(0x20), 1);
    expect([Buffer.from(absent.root), absent.leaves]).toEqual([root, []]);
    expect(readTrieProof([leaf("10", "aa")], query(0x80), 1).leaves).toEqual([{ key: query(0x10), rest: "aa" }]);
  });

  it("reaches longer keys by the bits that a query has", () => {
    const long = [branch("1000", 12), leaf("1000", "aa"), leaf("1008", "bb")];
    expect(readTrieProof(long, query(0x10), 1).leaves).toHaveLength(2);
    expect(() => readTrieProof([long[0] ?? leaf("", ""), closed(inner), closed(inner)], query(0x10), 1)).toThrow("hides what the query could reach");
    expect(readTrieProof([long[0] ?? leaf("", ""), closed(inner), closed(inner)], query(0x11), 1).leaves).toEqual([]);
  });

  it.each<[string, readonly ProofNode[], Uint8Array, string]>([
    ["without its end", whole.slice(0, 4), query(), "ends too early"],
    ["with more than its end", [...whole, leaf("ff", "aa")], query(), "goes on after its end"],
    ["of nothing but a digest", [closed(root)], query(0x10), "hides what the query could reach"],
    ["that hides", [branch("", 0), closed(inner), closed(leafHash([0x80], 0xcc))], query(0x10), "hides what the query could reach"],
    ["that opens a leaf", [branch("", 0), closed(inner), leaf("80", "cc")], query(0x10), "hides"],
    ["that opens too much", [...one.slice(0, 4), leaf("80", "cc")], query(0x10), "opens what the query cannot reach"],
    ["that opens a branch too much", [branch("", 0), branch("10", 6), leaf("10", "aa"), leaf("12", "bb"), leaf("80", "cc")], query(0x80), "opens what the query cannot reach"],
    ["with a long value", [leaf("10", "aaaa")], query(), "wrong length"],
    ["with a short value", [leaf("10", "")], query(), "wrong length"],
    ["with a key on the wrong side", [branch("", 0), leaf("80", "aa"), leaf("81", "bb")], query(), "key that does not continue"],
    ["with a key of another prefix", [branch("10", 6), leaf("20", "aa"), leaf("12", "bb")], query(), "key that does not continue"],
    ["with a key that is no longer than its branch", [branch("10", 8), leaf("10", "aa"), leaf("1080", "bb")], query(), "key that does not continue"],
    ["with a prefix that is too long", [branch("1000", 6), leaf("10", "aa"), leaf("12", "bb")], query(), "prefix of another length"],
    ["with a prefix that is too short", [branch("", 1), leaf("10", "aa"), leaf("40", "bb")], query(), "prefix of another length"],
    ["with padding", [branch("11", 6), leaf("10", "aa"), leaf("12", "bb")], query(), "padding bits"],
    ["with a branch on the wrong side", [branch("", 0), branch("80", 4), leaf("80", "aa"), leaf("88", "bb"), leaf("c0", "cc")], query(), "branch that does not continue"],
    ["with a branch no longer than its parent", [branch("10", 6), branch("10", 6), leaf("10", "aa"), leaf("12", "bb"), leaf("12", "cc")], query(), "branch that does not continue"],
    ["with what is no hex", [leaf("zz", "aa")], query(), "no hex"],
  ])("%s is refused", (_what, nodes, asked, problem) => {
    expect(() => readTrieProof(nodes, asked, 1)).toThrow(problem);
  });

  it("is at most 2048 branches deep", () => {
    const deep = (branches: number): readonly ProofNode[] => {
      const nodes = Array.from({ length: branches }, (_none, at) => branch("00".repeat(Math.ceil(at / 8)), at));
      const key = "00".repeat(Math.ceil((branches + 1) / 8));
      const ends = Array.from({ length: branches }, (_none, at) => {
        const bytes = Buffer.alloc(key.length / 2);
        const bit = branches - 1 - at;
        bytes[bit >> 3] = 0x80 >> (bit & 7);
        return leaf(bytes.toString("hex"), "aa");
      });
      return [...nodes, leaf(key, "aa"), ...ends];
    };
    expect(readTrieProof(deep(2048), query(), 1).leaves).toHaveLength(2049);
    expect(() => readTrieProof(deep(2049), query(), 1)).toThrow("too deep");
  });
});

describe("keys", () => {
  const bytes = (...parts: readonly (string | number)[]): Uint8Array => Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.of(part) : Buffer.from(part))));

  it("of types are their segments, each with its length; of pairs the service and the model (certificate §5, §6)", () => {
    expect(Buffer.from(typeBytes("ab.c"))).toEqual(bytes(1, 2, "ab", 1, 1, "c"));
    expect(Buffer.from(pairKey("svc", "mo"))).toEqual(bytes(0, 3, "svc", 2, "mo"));
    expect(Buffer.from(pairKey("svc", null))).toEqual(bytes(0, 3, "svc", 0));
  });

  it("of services are read strictly", () => {
    const key = bytes(1, 2, "ab", 1, 1, "c", 0, 3, "s-1");
    expect(readServiceKey(key)).toEqual({ type: "ab.c", service: "s-1" });
    const eight = Array.from({ length: 8 }, () => bytes(1, 1, "a"));
    expect(readServiceKey(Buffer.concat([...eight, bytes(0, 1, "s")])).type).toBe("a.a.a.a.a.a.a.a");
    for (const wrong of [
      ...[bytes(0, 3, "s-1"), bytes(1, 2, "ab"), bytes(1, 2, "ab", 0, 0), bytes(1, 2, "ab", 0, 3, "s-1", 0), bytes(1, 2, "ab", 0, 4, "s-1"), bytes(1, 3, "ab", 0, 3, "s-1")],
      ...[bytes(1, 2, "Ab", 0, 1, "s"), bytes(1, 2, "-b", 0, 1, "s"), bytes(1, 0, 0, 1, "s"), bytes(1, 2, "ab", 1, 2, "-b", 0, 1, "s"), bytes(1, 2, "-b", 1, 2, "ab", 0, 1, "s"), bytes(1, 2, "ab", 0, 1, "S"), bytes(1, 2, "ab", 0, 2, "-s"), bytes(1, 2, "ab", 0, 3, "s_1"), bytes(2, 2, "ab", 0, 1, "s")],
      ...[bytes(1, 64, "a".repeat(64), 0, 1, "s"), bytes(1, 1, "a", 0, 64, "s".repeat(64)), Buffer.concat([...eight, bytes(1, 1, "a", 0, 1, "s")]), bytes()],
    ]) {
      expect(() => readServiceKey(wrong)).toThrow("malformed key");
    }
    expect(readServiceKey(bytes(1, 63, "a".repeat(63), 0, 63, "s".repeat(63))).service).toHaveLength(63);
    expect(readServiceKey(bytes(1, 3, "a_b", 0, 1, "s")).type).toBe("a_b");
  });
});
