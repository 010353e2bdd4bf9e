import process from "node:process";

import { systemDoor } from "@caio/adapters/system";

import { exitCodes } from "./exit-code.ts";
import { runCaio } from "./program.ts";
import { processTerminal } from "./system/process-terminal.ts";

/** The command `caio` on this process: reads its arguments and sets its exit code. */
export async function main(): Promise<void> {
  const terminal = processTerminal();
  const code = await runCaio(process.argv.slice(2), { terminal, door: systemDoor, environment: process.env });
  // Who serves is told to stop like this, and has then done what was asked.
  process.exitCode = terminal.interrupted() && code !== exitCodes.ok ? exitCodes.interrupted : code;
}
