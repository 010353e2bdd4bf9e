import type { Door } from "@caio/orchestrator";

import type { ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/** What a command is given beside its options. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly door: Door;
  /** Variables of the process, for those that hold a key or an address; absent: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A command: shows what it found and says how to end. Throws a `CaioError` for input that it cannot use. */
export type RunCommand<Options> = (options: Options, context: CommandContext) => Promise<ExitCode>;

/** An option of every command. */
export interface JsonOption {
  readonly json?: boolean | undefined;
}
