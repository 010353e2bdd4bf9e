import { runCaio, systemDoor } from "../../src/index.ts";

/** A command that goes on until it is told to stop. */
export interface Following {
  /** All that was written to standard output so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves when what was written matches, with what it matched; fails if the command ends before. */
  until(pattern: RegExp): Promise<string>;
  /** Tells it to stop, as Ctrl-C does; how it ended. */
  stop(): Promise<number>;
}

export interface FollowingTerms {
  readonly environment?: Readonly<Record<string, string>>;
  /** On a terminal of this width, and not into a file. */
  readonly columns?: number;
}

/** Runs a command in this process until it is told to stop. */
export function following(argv: readonly string[], { environment = {}, columns }: FollowingTerms = {}): Following {
  const stop = new AbortController();
  let [out, err] = ["", ""];
  let ended: number | undefined;
  const waiting = new Set<() => void>();
  const wake = (): void => { for (const each of [...waiting]) each(); };
  const write = (text: string): void => {
    out += text;
    wake();
  };
  const terminal = { write, writeError: (text: string) => { err += text; wake(); }, colours: false, interactive: columns !== undefined, columns, signal: stop.signal };
  const running = runCaio(argv, { terminal, door: systemDoor, environment }).then((code) => {
    ended = code;
    wake();
    return code;
  });
  return {
    out: () => out,
    err: () => err,
    until: (pattern) => new Promise((resolve, reject) => {
      const look = (): void => {
        const [found] = pattern.exec(out) ?? pattern.exec(err) ?? [];
        if (found !== undefined) resolve(found);
        else if (ended === undefined) return;
        else reject(new Error(`It ended with ${String(ended)} before it wrote ${String(pattern)}:\n${out}\n${err}`));
        waiting.delete(look);
      };
      waiting.add(look);
      look();
    }),
    stop: async () => {
      stop.abort();
      return await running;
    },
  };
}
