import * as z from "zod/mini";

/** A head of the log that this browser was shown before, and when, milliseconds since 1970. */
export interface SeenCheckpoint {
  readonly note: string;
  readonly at: number;
}

/** Heads that are kept of each log. */
const MOST = 20;
const seen = z.array(z.object({ note: z.string(), at: z.number() }));

/** The heads of a log that were seen here, newest first. What was kept by others under this name, or not at all, counts as none. */
export function seenCheckpoints(storage: Storage, origin: string): readonly SeenCheckpoint[] {
  try {
    const kept = seen.safeParse(JSON.parse(storage.getItem(nameOf(origin)) ?? "[]"));
    return kept.success ? kept.data : [];
  } catch {
    return [];
  }
}

/** Keeps a head unless the newest says the same. The first that was ever seen stays, as it says most. */
export function rememberCheckpoint(storage: Storage, origin: string, { note, at }: SeenCheckpoint): void {
  const before = seenCheckpoints(storage, origin);
  if (before[0] !== undefined && bodyOf(before[0].note) === bodyOf(note)) return;
  const all = [{ note, at }, ...before];
  const kept = all.length <= MOST ? all : [...all.slice(0, MOST - 1), ...all.slice(-1)];
  storage.setItem(nameOf(origin), JSON.stringify(kept));
}

function nameOf(origin: string): string {
  return `caio-checkpoints ${origin}`;
}

/** Without the signatures, of which witnesses add more. */
function bodyOf(note: string): string {
  return note.slice(0, note.indexOf("\n\n"));
}
