/** How many hashes, or entries, a full tile holds. */
export const TILE_WIDTH = 256;
const MAX_LEVEL = 63;

/** One resource of a log: hashes of a level, or the entries under a tile of level 0 (C2SP tlog-tiles). */
export interface Tile {
  /** 0 to 63; `entries` for the entries themselves. */
  readonly level: number | "entries";
  readonly index: number;
  /** 1 to 256; less than 256 for a partial tile. */
  readonly width: number;
}

/** Where a tile is served, below the prefix of the log: `tile/0/x001/234.p/17`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index).padStart(3, "0");
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const elements = padded.match(/.{3}/g) ?? [];
  const name = elements.map((element, at) => (at < elements.length - 1 ? `x${element}` : element)).join("/");
  return `tile/${String(level)}/${name}${width === TILE_WIDTH ? "" : `.p/${String(width)}`}`;
}

/** The tile of a path, undefined for every text that `tilePath` does not give. */
export function parseTilePath(path: string): Tile | undefined {
  const pattern = /^tile\/(?<level>entries|[0-9]{1,2})\/(?<name>(?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/(?<width>[0-9]{1,3}))?$/;
  const parts = pattern.exec(path)?.groups;
  if (parts === undefined) return undefined;
  const level = parts["level"] === "entries" ? "entries" : Number(parts["level"]);
  const index = Number(parts["name"]?.replace(/[x/]/g, ""));
  const tile: Tile = { level, index, width: Number(parts["width"] ?? TILE_WIDTH) };
  const inRange = (level === "entries" || level <= MAX_LEVEL) && tile.width >= 1 && Number.isSafeInteger(index);
  return inRange && tilePath(tile) === path ? tile : undefined;
}

/** All tiles of a log of this size, full and partial: those of the entries, then of each level from 0 on. */
export function tilesOf(size: number): readonly Tile[] {
  const tiles = rowOf("entries", size);
  let level = 0;
  for (let hashes = size; hashes > 0; hashes = Math.floor(hashes / TILE_WIDTH)) tiles.push(...rowOf(level++, hashes));
  return tiles;
}

function rowOf(level: Tile["level"], hashes: number): Tile[] {
  return Array.from({ length: Math.ceil(hashes / TILE_WIDTH) }, (_, index) => {
    return { level, index, width: Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH) };
  });
}
