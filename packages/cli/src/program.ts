import { Command, CommanderError, Option } from "commander";

import type { CommandContext, JsonOption, RunCommand } from "./commands/command-context.ts";
import type { DemoOptions } from "./commands/demo.ts";
import { discover, type DiscoverOptions } from "./commands/discover.ts";
import type { InitOptions } from "./commands/init.ts";
import type { ServeOptions } from "./commands/serve.ts";
import { validate } from "./commands/validate.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";
import { showFailure } from "./present/failure.ts";
import { addDecisions, type Run } from "./program/add-decisions.ts";
import { addLearning } from "./program/add-learning.ts";
import { addProofs } from "./program/add-proofs.ts";
import { addRemote } from "./program/add-remote.ts";
import { addStore } from "./program/add-store.ts";
import { wholeNumber } from "./program/options.ts";

const EXITS = `
Exit codes:
  0   done; a service was chosen
  1   problems found (validate); a bundle is invalid (verify, explain); a replay differs (replay);
      the log has findings (log); a copy is damaged (backup --verify); a scenario did not end as announced (demo)
  2   the input or the command line cannot be used
  3   refused: no service was admissible (route, explain); the log has no overlap with what is asked (whatif, tune)
  70  a fault of the program
  130 interrupted`;

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
  const program = programOf(context, (code) => {
    ended = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return ended;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.unusable;
    return showFailure(error, context.terminal, argv.includes("--json"));
  }
}

function programOf(context: CommandContext, end: (code: ExitCode) => void): Command {
  const { terminal } = context;
  const program = new Command("caio")
    .description("Routes AI work to services by contract.")
    .exitOverride()
    .showHelpAfterError("(--help says what is expected)")
    .addHelpText("after", EXITS)
    .configureOutput({
      writeOut: (text) => { terminal.write(text); },
      writeErr: (text) => { terminal.writeError(text); },
      getOutHasColors: () => terminal.colours,
      getErrHasColors: () => terminal.colours,
    });
  const run = async <Options extends JsonOption>(command: RunCommand<Options>, options: Options): Promise<void> => {
    end(await command(options, context));
  };
  addValidate(program, run);
  addDiscover(program, run);
  addDecisions(program, run);
  addProofs(program, run);
  addInit(program, run);
  addServe(program, run);
  addRemote(program, run);
  addStore(program, run);
  addLearning(program, run);
  addDemo(program, run);
  return program;
}

function addValidate(program: Command, run: Run): void {
  program
    .command("validate")
    .description("check contracts, requests, policies, principals, histories and plans; their keys say which is which")
    .argument("<file...>", "YAML or JSON files")
    .option("--json", "print the findings as JSON")
    .action((files: string[], { json }: JsonOption) => run(validate, { files, json }));
}

function addDiscover(program: Command, run: Run): void {
  program
    .command("discover")
    .description("list the services of a folder of contracts")
    .requiredOption("--contracts <dir>", "folder of contracts")
    .option("--capability <type>", "a capability type, or its beginning up to a dot")
    .option("--tag <tag>", "a tag")
    .option("--category <category>", "a category")
    .option("--text <words>", "anywhere in id, name, description, provider, tags or capability types")
    .option("--tenant <tenant>", "whose view (default: \"default\")")
    .option("--json", "print the contracts as JSON")
    .action((options: DiscoverOptions) => run(discover, options));
}

function addInit(program: Command, run: Run): void {
  const each = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
  program
    .command("init")
    .description("write a folder that caio serve runs; asks what shall be behind the gateway, or takes it from the options")
    .argument("[folder]", "where to; made if it is not there", ".")
    .option("--openai <service>", "an OpenAI-compatible API: NAME=BASE_URL[,model=MODEL][,key=VARIABLE]; may be repeated", each)
    .option("--http <service>", "an HTTP service: NAME=URL[,capability=TYPE][,key=VARIABLE]; may be repeated", each)
    .option("--mcp <service>", "an MCP server: NAME=URL or NAME=COMMAND, then ,tools=NAME|NAME[,key=VARIABLE]; may be repeated", each)
    .option("--port <n>", "where the gateway listens (default: 8080)", wholeNumber)
    .option("--yes", "ask nothing")
    .option("--json", "print what was written as JSON")
    .action(async (folder: string, options: Omit<InitOptions, "folder">) => run((await import("./commands/init.ts")).init, { ...options, folder }));
}

function addServe(program: Command, run: Run): void {
  program
    .command("serve")
    .description("run the gateway until it is told to stop")
    .option("--config <file>", "the configuration (default: caio.yaml)")
    .option("--instance <name>", "name of this one of several instances over one database (default: the configuration's)")
    .option("--env-file <file>", "variables that secrets refer to, NAME=VALUE a line; those of the process count before them")
    .option("--admin-key-file <file>", "write the key of the first start to this new file (mode 0600) instead of showing it")
    .addOption(new Option("--encoder <name>", "what texts are encoded with, instead of the configuration's").choices(["hashing", "use"]))
    .option("--port <n>", "listen on this port instead of the configuration's; 0: any that is free", wholeNumber)
    .option("--json", "print the address and the first key as one line of JSON")
    // The gateway takes a second to load, which no other command should wait for.
    .action(async (options: ServeOptions) => run((await import("./commands/serve.ts")).serve, options));
}

function addDemo(program: Command, run: Run): void {
  program
    .command("demo")
    .description("serve the example services through a gateway until told to stop")
    .option("--once", "play all scenarios through them instead, and end")
    .option("--port <n>", "where the gateway listens (default: 8080; 0: any that is free)", wholeNumber)
    .option("--examples <dir>", "folder of the built examples (default: examples)")
    .option("--json", "print what happened as JSON")
    .action(async (options: DemoOptions) => run((await import("./commands/demo.ts")).demo, options));
}
