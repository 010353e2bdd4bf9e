import { existsSync } from "node:fs";

import { CaioError } from "@caio/core";
import type { CheckpointStore, SignedCheckpoint } from "@caio/traceability";

import { readText } from "../load/read-text.ts";
import { writeFileWhole } from "../load/write-file.ts";
import type { LogFiles } from "./log-files.ts";

/**
 * Keeps the newest checkpoint twice: in `signed.json`, which guards against a fork and is written first, and in `checkpoint`, which
 * readers of the log read.
 */
export class FolderCheckpoints implements CheckpointStore {
  readonly #files: LogFiles;

  constructor(files: LogFiles) {
    this.#files = files;
  }

  async load(): Promise<SignedCheckpoint | null> {
    const file = this.#files.path("signed.json");
    if (!existsSync(file)) return null;
    const text = await readText(file, "IntegrityViolation");
    const value: unknown = parsed(text);
    if (typeof value === "object" && value !== null && "note" in value && "signedAt" in value) {
      const { note, signedAt } = value;
      if (typeof note === "string" && typeof signedAt === "number") return { note, signedAt };
    }
    throw new CaioError("IntegrityViolation", `${file}: found another form, expected note and signedAt. Restore it from a copy.`, { details: { file } });
  }

  async save(checkpoint: SignedCheckpoint): Promise<void> {
    await writeFileWhole(this.#files.path("signed.json"), JSON.stringify({ note: checkpoint.note, signedAt: checkpoint.signedAt }));
    await writeFileWhole(this.#files.path("checkpoint"), checkpoint.note);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
