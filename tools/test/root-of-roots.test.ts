import { RadixTrie, toHex } from "@caio/core";
import { capabilityKey } from "@caio/registry";
import fc from "fast-check";
import { expect, it } from "vitest";

import { rootOfRoots, shardHead, type ShardHead } from "../scale/root-of-roots.ts";

type Trie = RadixTrie<string>;
const empty: Trie = RadixTrie.empty((value: string) => Buffer.from(value));

function trieOf(pairs: readonly (readonly [type: string, service: string])[]): Trie {
  return pairs.reduce((trie, [type, service]) => trie.insert(capabilityKey(type, service), `${type} ${service}`), empty);
}

function headsOf(tries: readonly Trie[]): readonly ShardHead[] {
  return tries.flatMap((trie) => shardHead(trie) ?? []);
}

const words = fc.constantFrom("a", "ab", "b", "chat", "draw", "x9");
const type = fc.array(words, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("."));
const pairs = fc.uniqueArray(fc.tuple(type, fc.constantFrom("s1", "s2", "t", "tt")), { selector: (pair) => pair.join(" "), maxLength: 24 });

it("the roots of shards by first segment give the root of the one trie over all keys", () => {
  fc.assert(
    fc.property(pairs, (all) => {
      const firsts = [...new Set(all.map(([each]) => each.split(".")[0]))];
      const shards = firsts.map((first) => trieOf(all.filter(([each]) => each.split(".")[0] === first)));
      expect(toHex(rootOfRoots(headsOf(shards)))).toBe(toHex(trieOf(all).root));
      expect(headsOf(shards).reduce((sum, { keys }) => sum + keys, 0)).toBe(trieOf(all).size);
    }),
    { numRuns: 300 },
  );
});

it("a key left out, or one in the wrong shard, gives another root or none", () => {
  const all = [["a.x", "s1"], ["a.y", "s1"], ["b", "s1"], ["b", "s2"]] as const;
  const whole = toHex(trieOf(all).root);
  expect(toHex(rootOfRoots(headsOf([trieOf(all.slice(0, 2)), trieOf(all.slice(2))])))).toBe(whole);
  expect(toHex(rootOfRoots(headsOf([trieOf(all.slice(0, 2)), trieOf(all.slice(3))])))).not.toBe(whole);
  expect(() => rootOfRoots(headsOf([trieOf([all[0], all[2]]), trieOf([all[1], all[3]])]))).toThrow("among those of another");
});
