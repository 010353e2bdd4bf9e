import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { bitsOf, fromHex, provePrefix, RadixTrie, toHex, type BitString, type PrefixProof } from "../src/index.ts";
import { checkProof, rootOf, toBits } from "./trie-oracle.ts";

const empty = RadixTrie.empty((hex: string) => fromHex(hex));
/** No key begins with another: the last byte is 0xff and no other is. Few distinct bytes, so that long prefixes are shared. */
const keys = fc
  .array(fc.constantFrom(0x00, 0x01, 0x02, 0x80, 0xfe), { maxLength: 5 })
  .map((bytes) => toHex(Uint8Array.from([...bytes, 0xff])));
const rest = fc.uint8Array({ maxLength: 3 }).map(toHex);
const contents = fc.dictionary(keys, rest, { maxKeys: 40 }).map((record) => new Map(Object.entries(record)));

function build(content: Iterable<readonly [string, string]>): RadixTrie<string> {
  let trie = empty;
  for (const [key, value] of content) trie = trie.insert(fromHex(key), value);
  return trie;
}

function rootHex(trie: RadixTrie<string>): string {
  return toHex(trie.root);
}

function prefixBits(bits: string): BitString {
  const bytes = (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
  return { bytes: Uint8Array.from(bytes), length: bits.length };
}

describe("RadixTrie", () => {
  it("has the root that the definition gives", () => {
    expect(rootHex(empty)).toBe("dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986");
    fc.assert(
      fc.property(contents, (content) => {
        const trie = build(content);
        expect(rootHex(trie)).toBe(rootOf(content));
        expect(trie.size).toBe(content.size);
        expect(trie.unhashed).toBe(0);
      }),
    );
  });

  it("has a root that never changes between releases", () => {
    const trie = build([["626c7565", "33"], ["726f7365", "32"], ["726564", "31"]]);
    expect(rootHex(trie)).toBe("7090e67b02b960fe7dca4d75b648be43a562db565f42d776c7460e064b8f9924");
  });

  it("has one root for one content, whatever the order and the detours", () => {
    const edits = fc.array(fc.tuple(keys, rest, fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(contents, edits, fc.infiniteStream(fc.nat()), (content, detours, random) => {
        let trie = empty;
        const live = new Map<string, string>();
        const put = (key: string, value: string): void => {
          trie = live.has(key) ? trie.replace(fromHex(key), value) : trie.insert(fromHex(key), value);
          live.set(key, value);
        };
        const drop = (key: string): void => {
          trie = trie.delete(fromHex(key));
          live.delete(key);
        };
        for (const [key, value, remove] of detours) {
          if (remove && live.has(key)) drop(key);
          else put(key, value);
          expect(rootHex(trie)).toBe(rootOf(live));
        }
        for (const key of [...live.keys()]) if (!content.has(key)) drop(key);
        const shuffled = [...content].map((entry) => [random.next().value, entry] as const).sort(([a], [b]) => a - b);
        for (const [, [key, value]] of shuffled) put(key, value);
        expect(rootHex(trie)).toBe(rootHex(build(content)));
      }),
    );
  });

  it("never changes: an edit leaves the old trie as it was, and delete undoes insert", () => {
    fc.assert(
      fc.property(contents, keys, rest, (content, key, value) => {
        fc.pre(!content.has(key));
        const before = build(content);
        const root = rootHex(before);
        const more = before.insert(fromHex(key), value);
        expect(more.get(fromHex(key))).toBe(value);
        expect(before.has(fromHex(key))).toBe(false);
        expect(rootHex(more)).not.toBe(root);
        expect(rootHex(more.delete(fromHex(key)))).toBe(root);
        before.root.fill(0);
        expect(rootHex(before)).toBe(root);
        expect([...before.entries()].map((entry) => toHex(entry.key))).toEqual([...content.keys()].sort());
      }),
    );
  });

  it("hashes one path an edit", () => {
    let trie = empty;
    for (let index = 0; index < 2000; index++) {
      const key = Uint8Array.from([(index * 7) & 0xff, (index * 13) >>> 8, index & 0xff, index >>> 8, 0xff]);
      trie = trie.insert(key, "00");
    }
    expect(trie.unhashed).toBe(2 * 2000 - 1);
    expect(trie.root).toHaveLength(32);
    const deepest = 40; // bits of a key
    for (const { key } of [...trie.entries()].slice(0, 200)) {
      for (const edited of [trie.replace(key, "01"), trie.delete(key), trie.delete(key).insert(key, "02")]) {
        expect(edited.unhashed).toBeGreaterThan(0);
        expect(edited.unhashed).toBeLessThanOrEqual(deepest + 2);
      }
    }
  });

  it("finds what is under a prefix", () => {
    fc.assert(
      fc.property(contents, fc.stringMatching(/^[01]{0,20}$/), (content, bits) => {
        const trie = build(content);
        const expected = [...content].filter(([key]) => toBits(key).startsWith(bits)).sort(([a], [b]) => (a < b ? -1 : 1));
        expect([...trie.entries(prefixBits(bits))].map(({ key, value }) => [toHex(key), value])).toEqual(expected);
        expect(trie.count(prefixBits(bits))).toBe(expected.length);
      }),
    );
  });

  it("refuses keys that are there, missing, empty, too long, or a prefix of another", () => {
    const trie = build([["aabb", "00"]]);
    for (const bad of ["aabb", "aa", "aabb00", "", "00".repeat(8192)]) {
      expect(() => trie.insert(fromHex(bad), "00")).toThrow(expect.objectContaining({ code: "NotCanonical" }));
    }
    const wide = trie.insert(fromHex("aa11"), "00");
    expect(() => wide.insert(fromHex("aa"), "00")).toThrow(expect.objectContaining({ code: "NotCanonical" }));
    for (const missing of ["aabc", "aa", "aabb00", ""]) {
      expect(trie.get(fromHex(missing))).toBeUndefined();
      expect(() => wide.delete(fromHex(missing))).toThrow(expect.objectContaining({ code: "NotFound" }));
      expect(() => wide.replace(fromHex(missing), "00")).toThrow(expect.objectContaining({ code: "NotFound" }));
    }
    expect(() => empty.delete(fromHex("aa"))).toThrow(expect.objectContaining({ code: "NotFound" }));
    expect(trie.insert(fromHex("00".repeat(8191)), "00").size).toBe(2);
  });

  it("stands the deepest tree that keys of 500 bytes can make", () => {
    let trie = empty;
    const bits = 500 * 8;
    for (let ones = 0; ones < bits; ones += 2) {
      const key = new Uint8Array(501).fill(0xff, 0, ones >>> 3);
      key[ones >>> 3] = (0xff << (8 - (ones & 7))) & 0xff;
      trie = trie.insert(key, "00");
    }
    expect(trie.root).toHaveLength(32);
    const key = new Uint8Array(501);
    expect(checkProof(provePrefix(trie, bitsOf(key)), "0".repeat(bits + 8), rootHex(trie))).toEqual(new Map([[toHex(key), "00"]]));
  });
});

describe("provePrefix", () => {
  const cases = fc.tuple(contents, fc.oneof(fc.stringMatching(/^[01]{0,24}$/), keys.map(toBits)));

  it("shows all that is under the prefix, or that nothing is", () => {
    fc.assert(
      fc.property(cases, ([content, bits]) => {
        const trie = build(content);
        const under = new Map([...content].filter(([key]) => toBits(key).startsWith(bits)));
        expect(checkProof(provePrefix(trie, prefixBits(bits)), bits, rootHex(trie))).toEqual(under);
      }),
      { numRuns: 300 },
    );
  });

  it("survives JSON and costs the leaves under the prefix and one path", () => {
    const content = Array.from({ length: 1000 }, (_, index) => [`${index.toString(16).padStart(6, "0")}ff`, "00"] as const);
    const trie = build(content);
    const proof = provePrefix(trie, bitsOf(fromHex("000123ff")));
    expect(proof.length).toBeLessThan(2 * 10 + 2);
    expect(checkProof(JSON.parse(JSON.stringify(proof)) as PrefixProof, toBits("000123ff"), rootHex(trie))).toEqual(
      new Map([["000123ff", "00"]]),
    );
  });

  it("does not hold once anything is changed", () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.nat(), ([content, bits], pick, how) => {
        fc.pre(content.size > 0);
        const trie = build(content);
        const proof = provePrefix(trie, prefixBits(bits));
        const bad = tamper(proof, pick % proof.length, how);
        expect(typeof checkProof(bad, bits, rootHex(trie)), JSON.stringify(bad)).toBe("string");
      }),
      { numRuns: 500 },
    );
  });

  it("cannot hide a leaf by closing a branch above it", () => {
    const trie = build([["00ff", "01"], ["01ff", "02"], ["8000ff", "03"]]);
    const [top, ...others] = provePrefix(trie, bitsOf(fromHex("00")));
    const hidden = build([["00ff", "01"], ["01ff", "02"]]);
    expect(checkProof(top === undefined ? [] : [top, ...others], toBits("00"), rootHex(trie))).toEqual(new Map([["00ff", "01"]]));
    const closed = top === undefined ? [] : [top, { digest: rootHex(hidden) }, ...others.slice(-1)];
    expect(checkProof(closed, toBits("00"), rootHex(trie))).toBe("a digest stands where a node must be opened");
    expect(checkProof([{ digest: rootHex(trie) }], toBits("00"), rootHex(trie))).toMatch(/digest stands/);
    expect(checkProof([], toBits("00"), rootHex(trie))).toBe("another root");
  });
});

function tamper(proof: PrefixProof, place: number, how: number): PrefixProof {
  const item = proof[place];
  const put = (...items: PrefixProof): PrefixProof => [...proof.slice(0, place), ...items, ...proof.slice(place + 1)];
  if (item === undefined || how % 4 === 0) return put();
  if (how % 4 === 1) return put(item, item);
  if ("digest" in item) return put({ digest: flip(item.digest) });
  if ("key" in item) return how % 4 === 2 ? put({ ...item, rest: `${item.rest}00` }) : put({ ...item, key: flip(item.key) });
  return how % 4 === 2 || item.prefix === "" ? put({ ...item, bits: item.bits + 1 }) : put({ ...item, prefix: flip(item.prefix) });
}

function flip(hex: string): string {
  return `${hex.slice(0, -1)}${(Number.parseInt(hex.slice(-1), 16) ^ 1).toString(16)}`;
}
