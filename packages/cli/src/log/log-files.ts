import { existsSync } from "node:fs";
import { join } from "node:path";

import { CaioError } from "@caio/core";
import { parseCheckpoint, parseEntryBundle, tilePath, TILE_WIDTH, type Checkpoint, type Tile } from "@caio/traceability";

import { readBytes, readText } from "../load/read-text.ts";

/** 256 entries of at most 65 535 bytes, each after two bytes of length. */
const MAX_TILE_BYTES = TILE_WIDTH * 65_537;
const MAX_CHECKPOINT_BYTES = 1_000_000;

/** The files of a log in a folder, in the layout of C2SP tlog-tiles: `checkpoint`, `tile/…`. */
export class LogFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** True if a checkpoint is there. */
  get exists(): boolean {
    return existsSync(this.path("checkpoint"));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The signed note. @throws CaioError `NotFound` */
  async note(): Promise<string> {
    const file = this.path("checkpoint");
    if (!existsSync(file)) throw new CaioError("NotFound", `${file}: there is no such file or folder. Name the folder of a log: one that --log wrote, or that caio log fetch made.`, { details: { file } });
    return await readText(file, "InvalidProof", MAX_CHECKPOINT_BYTES);
  }

  /** The bytes of a tile as they lie there. @throws CaioError `NotFound` */
  async tile(tile: Tile): Promise<Uint8Array> {
    return await readBytes(this.path(tilePath(tile)), "IntegrityViolation", MAX_TILE_BYTES);
  }

  /**
   * The first `size` entries, from the tiles that a log of this size has.
   *
   * @throws CaioError `NotFound` for a tile that is not there, `IntegrityViolation` for one of another number of entries
   */
  async entries(size: number): Promise<readonly string[]> {
    const texts: string[] = [];
    for (let first = 0; first < size; first += TILE_WIDTH) {
      const tile: Tile = { level: "entries", index: first / TILE_WIDTH, width: Math.min(TILE_WIDTH, size - first) };
      const found = parseEntryBundle(await this.tile(tile));
      if (found.length !== tile.width) throw otherWidth(this.path(tilePath(tile)), found.length, tile.width);
      texts.push(...found);
    }
    return texts;
  }
}

/** What a note says, its signatures aside. @throws CaioError `InvalidProof` */
export function unsignedCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(note.slice(0, note.lastIndexOf("\n\n") + 1));
}

function otherWidth(file: string, found: number, expected: number): CaioError<"IntegrityViolation"> {
  const message = `${file}: found ${String(found)} entries, expected ${String(expected)}.`;
  return new CaioError("IntegrityViolation", message, { details: { file, found, expected } });
}
