import { setTimeout as pause } from "node:timers/promises";

import { isCaioError } from "@caio/core";

import { exitCodes, type ExitCode } from "../exit-code.ts";
import { plainText } from "../present/plain-text.ts";
import { styleOf } from "../present/style.ts";
import { prettyJson } from "../present/pretty-json.ts";
import type { Terminal } from "../terminal.ts";
import type { Look } from "./look.ts";

/** What is looked at, and when again. */
export interface Watched {
  readonly look: () => Promise<Look>;
  /** Resolves when there may be something new; it must end when the signal is aborted. Default: every two seconds. */
  readonly wait?: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly terminal: Terminal;
  readonly json?: boolean | undefined;
}

/** Options of commands that people look at again and again. */
export interface WatchOption {
  /** Goes on until it is told to stop. */
  readonly watch?: boolean | undefined;
}

const AGAIN_MS = 2000;

/** Shows once what a look found, or, watching, whenever it changed. @throws CaioError what the first look throws */
export async function showOrWatch(watched: Watched, { watch = false }: WatchOption): Promise<ExitCode> {
  const first = await watched.look();
  if (watch) return await follow(watched, first);
  watched.terminal.write(watched.json === true ? prettyJson(first.value) : first.text);
  return exitCodes.ok;
}

/**
 * Shows a look, and every other one that differs, until the terminal is told to stop. On a terminal the page is drawn again; elsewhere lines
 * are appended that were not there before, and as JSON a line for each look. A look that fails is said once, and looking goes on.
 */
async function follow({ look, wait = every(AGAIN_MS), terminal, json = false }: Watched, first: Look): Promise<ExitCode> {
  const { signal } = terminal;
  const screen = screenOf(terminal, json);
  screen.show(first);
  let failed = "";
  while (!signal.aborted) {
    await wait(signal);
    if (isAborted(signal)) break;
    try {
      screen.show(await look());
      failed = "";
    } catch (error) {
      if (!isCaioError(error)) throw error;
      if (isAborted(signal)) break;
      if (error.message !== failed) terminal.writeError(`${styleOf(terminal).yellow("waiting")} ${error.code}: ${plainText(error.message)}\n`);
      failed = error.message;
    }
  }
  return exitCodes.ok;
}

/** Every so many milliseconds. */
export function every(ms: number): (signal: AbortSignal) => Promise<void> {
  return async (signal) => { await pause(ms, undefined, { signal }).catch(() => undefined); };
}

interface Screen {
  show(look: Look): void;
}

function screenOf(terminal: Terminal, json: boolean): Screen {
  if (json) return jsonLines(terminal);
  return terminal.interactive ? redrawn(terminal) : appended(terminal);
}

/** Home, and everything after it taken away. */
const CLEAR = "\u001b[H\u001b[J";

function redrawn(terminal: Terminal): Screen {
  let before = "";
  return {
    show: ({ text }) => {
      const page = fitted(text, terminal.rows) + styleOf(terminal).dim("Ctrl-C ends.") + "\n";
      const shown = `${page}${String(terminal.columns)}`;
      if (shown !== before) terminal.write(`${before === "" ? "\u001b[2J" : ""}${CLEAR}${page}`);
      before = shown;
    },
  };
}

/** As many lines as a terminal has; how many more there are stands for the rest. */
function fitted(text: string, rows: number | undefined): string {
  const lines = text.trimEnd().split("\n");
  const most = (rows ?? Infinity) - 2;
  if (lines.length <= most) return text;
  return [...lines.slice(0, Math.max(1, most - 1)), `… and ${String(lines.length - most + 1)} more lines`, ""].join("\n");
}

function appended(terminal: Terminal): Screen {
  let before = new Set<string>();
  return {
    show: ({ lines }) => {
      // What came last is first in a list, and last in what is appended.
      for (const line of lines.filter((each) => !before.has(each)).reverse()) terminal.write(`${line}\n`);
      before = new Set(lines);
    },
  };
}

function jsonLines(terminal: Terminal): Screen {
  let before = "";
  return {
    show: ({ value }) => {
      const line = JSON.stringify(value);
      if (line !== before) terminal.write(`${line}\n`);
      before = line;
    },
  };
}

/** Asked anew: what waits may have aborted it. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
