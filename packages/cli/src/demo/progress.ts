import { Listr } from "listr2";

import { styleOf } from "../present/style.ts";
import type { Terminal } from "../terminal.ts";

/** Work that takes time; `note` says what it is at. */
type Work<Result> = (note: (line: string) => void) => Promise<Result>;

/** Does work and shows that it goes on: a line that is redrawn on a terminal, elsewhere plain lines on standard error. */
export async function withProgress<Result>(title: string, terminal: Terminal, work: Work<Result>): Promise<Result> {
  if (terminal.interactive) return await redrawn(title, terminal, work);
  terminal.writeError(`${title}\n`);
  return await work((line) => {
    terminal.writeError(`  ${line}\n`);
  });
}

async function redrawn<Result>(title: string, terminal: Terminal, work: Work<Result>): Promise<Result> {
  const style = styleOf(terminal);
  const results: Result[] = [];
  const task = async (_context: unknown, shown: { output: string }): Promise<void> => {
    const result = await work((line) => {
      shown.output = style.dim(line);
    });
    results.push(result);
  };
  await new Listr([{ title, task }], { registerSignalListeners: false }).run();
  const [result] = results;
  if (result === undefined) throw new Error("The task list ended before its task.");
  return result;
}
