import type { TreeHead } from "../log/merkle-log.ts";
import { entryBundle } from "./entry-bundle.ts";
import { parseTilePath, TILE_WIDTH, type Tile } from "./tile-path.ts";

/** A tile of level L holds hashes of subtrees of 2^(8·L) leaves. */
const TILE_HEIGHT = 8;

/** A log whose tiles are read: `TraceabilitySystem` is one. */
export interface TileSource {
  readonly head: TreeHead;
  /** Hash of the complete subtree over leaves [index·2^level, (index+1)·2^level). */
  subtreeHash(level: number, index: number): Uint8Array;
  /** At most `count` entries from index `start` on. */
  entryTexts(start: number, count: number): Promise<readonly string[]>;
}

/**
 * The bytes of a tile, undefined if the log does not reach that far. A tile never changes, whatever is appended later.
 *
 * @example
 * ```ts
 * import { readTile, type TraceabilitySystem } from "@caio/traceability";
 *
 * declare const log: TraceabilitySystem;
 * const bytes = await readTile(log, "tile/entries/000.p/3"); // the first three entries
 * ```
 *
 * @param tile - or its path; undefined is given for a text that is no path of a tile
 */
export async function readTile(log: TileSource, tile: Tile | string): Promise<Uint8Array | undefined> {
  const wanted = typeof tile === "string" ? parseTilePath(tile) : tile;
  if (wanted === undefined) return undefined;
  const { level, index, width } = wanted;
  const first = index * TILE_WIDTH;
  const leaves = level === "entries" ? 1 : TILE_WIDTH ** level;
  if (!((first + width) * leaves <= log.head.size)) return undefined;
  if (level === "entries") return entryBundle(await log.entryTexts(first, width));
  return Buffer.concat(Array.from({ length: width }, (_, at) => log.subtreeHash(level * TILE_HEIGHT, first + at)));
}
