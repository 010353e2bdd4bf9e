import { open, readFile, rename } from "node:fs/promises";

import { CaioError } from "@caio/core";
import type { WitnessedCheckpoint, WitnessMemory } from "@caio/traceability";

/**
 * What this instance has vouched for, in one file of its own: a database that is put back to an older copy does not take it along. The whole
 * of it is replaced each time, so that a crash leaves the state before or after.
 */
export function witnessFile(path: string): WitnessMemory {
  let known: Promise<Map<string, string>> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const all = (): Promise<Map<string, string>> => (known ??= read(path));
  return {
    load: async (origin) => {
      const note = (await all()).get(origin);
      return note === undefined ? undefined : { origin, note };
    },
    save: (checkpoint: WitnessedCheckpoint) => {
      const saved = turn.then(async () => {
        const notes = new Map([...(await all()), [checkpoint.origin, checkpoint.note]]);
        await write(path, notes);
        known = Promise.resolve(notes);
      });
      turn = saved.catch(() => undefined);
      return saved;
    },
  };
}

async function read(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? new Map() : notesOf(text);
}

async function write(path: string, notes: ReadonlyMap<string, string>): Promise<void> {
  const next = `${path}.next`;
  const file = await open(next, "w", 0o600);
  try {
    await file.writeFile(JSON.stringify({ caio_witnessed: 1, notes: Object.fromEntries(notes) }));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
}

/** What this gateway wrote itself. What it cannot read it must not forget: that would let another history pass. */
function notesOf(text: string): Map<string, string> {
  const found: unknown = JSON.parse(text);
  const notes = typeof found === "object" && found !== null && "caio_witnessed" in found && found.caio_witnessed === 1 && "notes" in found ? found.notes : undefined;
  if (typeof notes === "object" && notes !== null) {
    const entries = Object.entries(notes).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    if (entries.length === Object.keys(notes).length) return new Map(entries);
  }
  throw new CaioError("IntegrityViolation", "The file of what this instance has witnessed cannot be read. Put back a copy; without one this instance would vouch for another history.");
}
