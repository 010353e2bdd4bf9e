import process from "node:process";
import { isatty } from "node:tty";

import type { Terminal } from "../terminal.ts";

/** In less nothing can be read, however it is laid out. */
const NARROWEST = 20;

/** The terminal of this process, and whether it was interrupted. */
export interface ProcessTerminal extends Terminal {
  interrupted(): boolean;
}

/**
 * Standard output and error of this process. A reader that goes away (`caio … | head`) ends the output, not the program with
 * an error; SIGINT and SIGTERM abort the signal, so that commands close what they started, and a second one ends at once.
 */
export function processTerminal(): ProcessTerminal {
  const stopped = new AbortController();
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
    stopped.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      stopped.abort();
    });
  }
  // Asked of the system: a stream that is no terminal has no `isTTY` at all.
  const isTerminal = isatty(1) && process.env["TERM"] !== "dumb";
  return {
    write: (text) => {
      if (process.stdout.writable) process.stdout.write(text);
    },
    writeError: (text) => {
      if (process.stderr.writable) process.stderr.write(text);
    },
    colours: isTerminal && (process.env["NO_COLOR"] ?? "") === "",
    interactive: isTerminal && isatty(2),
    // Asked every time: a window may change its size. What goes to a file or another program is never cut to one.
    get columns() { return isatty(1) ? widthOf(process.env["COLUMNS"], process.stdout.columns) : undefined; },
    get rows() { return isatty(1) ? process.stdout.rows : undefined; },
    signal: stopped.signal,
    interrupted: () => interrupted,
  };
}

/** What the variable says, if it is a width; else what the terminal says. */
function widthOf(said: string | undefined, columns: number | undefined): number | undefined {
  if (said !== undefined && /^[1-9]\d{0,3}$/.test(said)) return Math.max(NARROWEST, Number(said));
  return columns === undefined || columns === 0 ? undefined : Math.max(NARROWEST, columns);
}
