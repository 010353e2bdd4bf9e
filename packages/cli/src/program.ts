import { readFileSync } from "node:fs";

import { Command, CommanderError } from "commander";

import type { CommandContext, JsonOption, RunCommand } from "./commands/command-context.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";
import { showFailure } from "./present/failure.ts";
import { keysWithheld } from "./present/keys-withheld.ts";
import { addDecisions } from "./program/add-decisions.ts";
import { addDocuments } from "./program/add-documents.ts";
import { addHelp } from "./program/add-help.ts";
import { addLearning } from "./program/add-learning.ts";
import { addProofs } from "./program/add-proofs.ts";
import { addRemote } from "./program/add-remote.ts";
import { addRunning } from "./program/add-running.ts";
import { addStore } from "./program/add-store.ts";
import { EXIT_CODES } from "./program/exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Runs the command line `caio` and says how to end. Never throws and never ends the process: whatever goes wrong is shown.
 *
 * @param argv - the arguments after the command's name
 *
 * @example
 * ```ts
 * import { runCaio, systemDoor, type Terminal } from "@caio/cli";
 *
 * declare const terminal: Terminal;
 * const code = await runCaio(["validate", "policy.yaml"], { terminal, door: systemDoor }); // 0, 1 or 2
 * ```
 */
export async function runCaio(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  let ended: ExitCode = exitCodes.ok;
  const { terminal } = context;
  const withheld = keysWithheld(argv);
  // Of errors: what a command shows of itself stays as it is.
  const errors = { write: (text: string) => { terminal.write(withheld(text)); }, writeError: (text: string) => { terminal.writeError(withheld(text)); }, colours: terminal.colours };
  const program = programOf(context, errors, (code) => {
    ended = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return ended;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.unusable;
    return showFailure(error, errors, argv.includes("--json"));
  }
}

/** The version of the package that this command came in. */
function versionText(): string {
  try {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version?: string };
    return version ?? "unknown";
  } catch {
    return "unknown";
  }
}

/** Of help that goes to a file or another program. */
const HELP_WIDTH = 100;

function programOf(context: CommandContext, errors: Pick<Terminal, "writeError">, end: (code: ExitCode) => void): Command {
  const { terminal } = context;
  const program = new Command("caio")
    .description("Routes AI work to services by contract.")
    .version(versionText(), "-V, --version", "print the version")
    .exitOverride()
    .showHelpAfterError("(--help says what is expected)")
    .addHelpText("after", `\n${EXIT_CODES}`)
    .configureOutput({
      writeOut: (text) => { terminal.write(text); },
      writeErr: (text) => { errors.writeError(text); },
      getOutHelpWidth: () => terminal.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => terminal.columns ?? HELP_WIDTH,
      getOutHasColors: () => terminal.colours,
      getErrHasColors: () => terminal.colours,
    });
  const run = async <Options extends JsonOption>(command: RunCommand<Options>, options: Options): Promise<void> => {
    end(await command(options, context));
  };
  addDocuments(program, run);
  addDecisions(program, run);
  addProofs(program, run);
  addRunning(program, run);
  addRemote(program, run);
  addStore(program, run);
  addLearning(program, run);
  addHelp(program, run);
  return program;
}
