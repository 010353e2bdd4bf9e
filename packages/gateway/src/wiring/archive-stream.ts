import type { BackupSource } from "./gateway-stores.ts";

/** How long a reader may take for a piece, milliseconds: while a copy is made, retention waits. */
const PATIENCE_MS = 60_000;

interface Reader {
  /** Told that the reader took too long; it has been given up. */
  readonly onStalled: () => void;
  /** Told when the copy has been let go. */
  readonly onEnded: () => void;
  readonly patienceMs?: number;
}

/** The pieces of a copy that was begun, each when it is asked for. However it ends, the copy is let go, also if nobody asks any more. */
export async function* piecesOf(backup: BackupSource, id: string, { onStalled, onEnded, patienceMs = PATIENCE_MS }: Reader): AsyncGenerator<Uint8Array> {
  let timer: NodeJS.Timeout | undefined;
  // A store that has been closed has let everything go.
  const letGo = (): Promise<void> => backup.end(id).catch(() => undefined).then(onEnded);
  const giveUp = (): void => {
    void letGo();
    onStalled();
  };
  try {
    for (let piece = await backup.next(id); piece !== null; piece = await backup.next(id)) {
      timer = setTimeout(giveUp, patienceMs);
      yield piece;
      clearTimeout(timer);
    }
  } finally {
    clearTimeout(timer);
    await letGo();
  }
}
