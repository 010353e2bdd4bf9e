import { isCaioError } from "@caio/core";

import { exitCodes, type ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";
import { styleOf } from "./style.ts";
import { plainText } from "./plain-text.ts";
import { prettyJson } from "./pretty-json.ts";

/**
 * Shows why a command could not do its work, and gives the code to end with. An error that is not ours is shown by its kind and
 * the places in the code alone: its message may hold what must not be seen.
 */
export function showFailure(error: unknown, terminal: Pick<Terminal, "write" | "writeError" | "colours">, json: boolean): ExitCode {
  const known = isCaioError(error);
  const code = known ? error.code : "Unexpected";
  const message = known ? error.message : `caio failed (${error instanceof Error ? error.name : typeof error}). This is a fault of the program.`;
  if (json) terminal.write(prettyJson({ error: known ? error.toJSON() : { code, message, details: {} } }));
  else terminal.writeError(`${styleOf(terminal).red("error")} ${code}: ${plainText(message)}\n${known ? "" : framesOf(error)}`);
  return known ? exitCodes.unusable : exitCodes.internal;
}

function framesOf(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  return lines.filter((line) => /^ {4}at /.test(line)).slice(0, 8).map((line) => `${line}\n`).join("");
}
