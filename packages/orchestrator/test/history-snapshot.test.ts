import { canonicalJson, digest, sha256Hex } from "@caio/core";
import type { History, HistoryLeaf } from "@caio/contracts";
import { describe, expect, test } from "vitest";

import { HistorySnapshot, historyLeafWire } from "../src/index.ts";

const plain: HistoryLeaf = { service: "a", model: null, health: "healthy", promises: [], outcomes: 3, violations: 1 };
const doubles = (count: number, first: number): number[] => [first, ...Array.from({ length: count - 1 }, (_zero, at) => at / 7)];
const rich: HistoryLeaf = { ...plain, service: "b", learned: { theta: doubles(16, 0.25), inverse: doubles(256, 1) }, memory: doubles(128, -2) };
const hex = (values: readonly number[]): string => values.map((value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}).join("");
const history = (...leaves: readonly HistoryLeaf[]): History => ({ version: 1, leaves });

describe("a leaf of H", () => {
  test("shows what was learned by its digest, and nothing where nothing was", () => {
    const { learned, memory } = rich;
    expect(historyLeafWire(rich)).toEqual({
      health: "healthy", promises: [], outcomes: 3, violations: 1,
      learned: digest(["caio-learned-v1", hex(learned?.theta ?? []), hex(learned?.inverse ?? [])]),
      memory: digest(["caio-memory-v1", hex(memory ?? [])]),
    });
    expect(historyLeafWire(plain)).toMatchObject({ learned: null, memory: null });
  });

  test("is committed to by the digest of that form", () => {
    const [node] = HistorySnapshot.of(history(rich)).prove(rich);
    expect(node).toMatchObject({ rest: sha256Hex(canonicalJson(historyLeafWire(rich))) });
  });

  test("another value of any array is another leaf, the sign of a zero is not", () => {
    const theta = doubles(16, 0.5);
    const inverse = rich.learned?.inverse ?? [];
    const changed = [{ ...rich, learned: { theta, inverse } }, { ...rich, learned: { theta: inverse, inverse: rich.learned?.theta ?? [] } }, { ...rich, memory: doubles(128, 2) }];
    const roots = [rich, ...changed].map((leaf) => HistorySnapshot.of(history(leaf)).root);
    expect(new Set(roots).size).toBe(4);
    const [zero, negative] = [0, -0].map((first) => historyLeafWire({ ...rich, memory: doubles(128, first) }));
    expect(negative).toEqual(zero);
  });

  test("is hashed once: later versions and other snapshots take it as it is", () => {
    expect(historyLeafWire(rich)).toBe(historyLeafWire(rich));
    const later = history(plain, { ...rich, outcomes: 4 });
    const first = HistorySnapshot.of(history(plain, rich));
    expect(first.next(later).root).toBe(HistorySnapshot.of(later).root);
    expect(first.next(later).next(history(plain, rich)).root).toBe(first.root);
  });
});

describe("lists of pairs that decisions show", () => {
  test("are kept while they are few, and let go where callers ask for ever other ones", () => {
    const snapshot = HistorySnapshot.of(history(plain, rich));
    const pairs = [plain, rich];
    const first = snapshot.revealAll(pairs);
    expect(snapshot.revealAll(pairs)).toBe(first);
    const many = Array.from({ length: 40 }, () => Array.from({ length: 256 }, (_, at) => ({ service: `s-${String(at)}`, model: null })));
    for (const list of many) snapshot.revealAll(list);
    const again = snapshot.revealAll(pairs);
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
    const [newest = []] = many.slice(-1);
    expect(snapshot.revealAll(newest)).toBe(snapshot.revealAll(newest));
  });
});
