import { leafHash, toHex, treeRoot } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  entryBundle,
  InMemoryTraceStore,
  MAX_ENTRY_BYTES,
  MerkleLog,
  parseEntryBundle,
  parseTilePath,
  readTile,
  tilePath,
  tilesOf,
  TraceabilitySystem,
  type TileSource,
} from "../src/index.ts";
import { decision, outcome } from "./support/records.ts";

const entries = Array.from({ length: 70_000 }, (_, index) => String(index));
const tree = new MerkleLog();
tree.appendAll(entries);
const log: TileSource = {
  head: tree.head(),
  subtreeHash: (level, index) => tree.subtreeHash(level, index),
  entryTexts: (start, count) => Promise.resolve(entries.slice(start, start + count)),
};

describe("paths of tiles", () => {
  it("are those of the specification", () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe("tile/0/x001/x234/067");
    expect(tilePath({ level: "entries", index: 273, width: 112 })).toBe("tile/entries/273.p/112");
  });

  it("come back, and no other text is one", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant("entries" as const), fc.nat(63)), fc.nat(1_000_000_000), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width });
      }),
    );
    const bad = ["", "tile/0/0", "tile/00/000", "tile/64/000", "tile/0/x000/001", "tile/0/001/001", "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/000.p/07", "/tile/0/000", "tile/-1/000", "tile/0/000/", "tile/0/../000"];
    for (const path of bad) expect(parseTilePath(path)).toBeUndefined();
  });

  it("of 70 000 entries are those of the specification", () => {
    const count = (level: number, full: boolean): number =>
      tilesOf(70_000).filter((tile) => tile.level === level && (tile.width === 256) === full).length;
    expect([count(0, true), count(0, false), count(1, true), count(1, false), count(2, false)]).toEqual([273, 1, 1, 1, 1]);
    expect(tilesOf(70_000).filter(({ level, width }) => level === 1 && width === 17)).toHaveLength(1);
    expect(tilesOf(256).map(tilePath)).toEqual(["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    expect(tilesOf(0)).toEqual([]);
  });
});

describe("readTile", () => {
  it("gives hashes from which the root follows", async () => {
    const top = await readTile(log, "tile/2/000.p/1");
    expect(top).toHaveLength(32);
    const hashes: Uint8Array[] = [];
    for (const tile of tilesOf(70_000).filter(({ level }) => level === 0)) {
      const bytes = (await readTile(log, tilePath(tile))) ?? new Uint8Array();
      expect(bytes).toHaveLength(tile.width * 32);
      for (let at = 0; at < bytes.length; at += 32) hashes.push(bytes.subarray(at, at + 32));
    }
    const rebuilt = new MerkleLog();
    for (const hash of hashes) rebuilt.appendLeafHash(hash);
    expect(toHex(rebuilt.head().root)).toBe(toHex(tree.head().root));
    expect(toHex(treeRoot(65_536, (level, index) => rebuilt.subtreeHash(level, index)))).toBe(toHex(top ?? new Uint8Array()));
    expect(toHex(rebuilt.subtreeHash(8, 3))).toBe(toHex(((await readTile(log, "tile/1/000")) ?? new Uint8Array()).subarray(96, 128)));
  });

  it("gives entries that hash to the tile of level 0", async () => {
    const bundle = parseEntryBundle((await readTile(log, "tile/entries/273.p/112")) ?? new Uint8Array());
    const hashes = (await readTile(log, "tile/0/273.p/112")) ?? new Uint8Array();
    expect(Buffer.concat(bundle.map((entry) => leafHash(entry)))).toEqual(hashes);
  });

  it("gives nothing past the end, and nothing for what is no path", async () => {
    for (const path of ["tile/0/273", "tile/0/274.p/1", "tile/2/000.p/2", "tile/63/000.p/1", "tile/entries/273.p/113", "tile/0/x", "checkpoint"]) {
      expect(await readTile(log, path)).toBeUndefined();
    }
  });

  it("reads a real log", async () => {
    const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
    await traces.appendDecision("acme", decision("one"));
    await traces.appendOutcome("acme", outcome("one"));
    const texts = parseEntryBundle((await readTile(traces, "tile/entries/000.p/2")) ?? new Uint8Array());
    const hashes = (await readTile(traces, "tile/0/000.p/2")) ?? new Uint8Array();
    expect(Buffer.concat(texts.map((text) => leafHash(text)))).toEqual(hashes);
    expect(texts).toEqual(await traces.entryTexts(0, 9));
  });
});

describe("bundles of entries", () => {
  it("come back; cut short or no text they are refused", () => {
    const bundle = entryBundle(["", "ä", "x".repeat(MAX_ENTRY_BYTES)]);
    expect(parseEntryBundle(bundle).map((entry) => entry.length)).toEqual([0, 1, MAX_ENTRY_BYTES]);
    for (const cut of [1, 3, 5, bundle.length - 1]) expect(() => parseEntryBundle(bundle.subarray(0, cut))).toThrow(/cut short/);
    expect(() => parseEntryBundle(Uint8Array.of(0, 1, 0xff))).toThrow(/UTF-8/);
    expect(() => entryBundle(["x".repeat(MAX_ENTRY_BYTES + 1)])).toThrow(/65535/);
  });

  it("are never asked to hold what is too long: the writer refuses it", async () => {
    const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
    await expect(traces.appendOutcome("acme", outcome("one", { reason: "x".repeat(MAX_ENTRY_BYTES) }))).rejects.toMatchObject({ code: "NumberOutOfRange" });
    expect(traces.head.size).toBe(0);
  });
});
