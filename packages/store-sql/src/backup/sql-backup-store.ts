import { CaioError } from "@caio/core";

import type { Engine } from "../engine/engine.ts";
import { writeArchive, type ArchiveOptions } from "./write-archive.ts";

/** Copies of everything that the stores hold, while they go on. Who has begun one asks for piece after piece, and ends it. */
export interface BackupStore {
  /** Takes a snapshot. @returns by which name its pieces are asked for */
  begin(options: ArchiveOptions): Promise<string>;
  /** The next piece; null after the last one. @throws CaioError `NotFound` for a name that was ended */
  next(id: string): Promise<Uint8Array | null>;
  /** Lets the snapshot go, at any time; ending twice is once. */
  end(id: string): Promise<void>;
}

interface Begun {
  readonly pieces: AsyncGenerator<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Archives of what an engine holds. */
export class SqlBackupStore implements BackupStore {
  readonly #engine: Pick<Engine, "snapshot">;
  readonly #begun = new Map<string, Begun>();
  #count = 0;

  constructor(engine: Pick<Engine, "snapshot">) {
    this.#engine = engine;
  }

  async begin(options: ArchiveOptions): Promise<string> {
    const snapshot = await this.#engine.snapshot();
    const id = String(this.#count++);
    this.#begun.set(id, { pieces: writeArchive(snapshot, options), close: () => snapshot.close() });
    return id;
  }

  async next(id: string): Promise<Uint8Array | null> {
    const begun = this.#begun.get(id);
    if (begun === undefined) throw new CaioError("NotFound", "No copy of that name is being made. Begin one.", { details: { backup: id } });
    const step = await begun.pieces.next();
    return step.done === true ? null : step.value;
  }

  async end(id: string): Promise<void> {
    const begun = this.#begun.get(id);
    this.#begun.delete(id);
    await begun?.pieces.return(undefined);
    await begun?.close();
  }
}

/** An archive from a store, piece by piece; the snapshot is let go however it ends. */
export async function* archiveOf(backup: BackupStore, options: ArchiveOptions): AsyncGenerator<Uint8Array> {
  const id = await backup.begin(options);
  try {
    for (let piece = await backup.next(id); piece !== null; piece = await backup.next(id)) yield piece;
  } finally {
    await backup.end(id);
  }
}
