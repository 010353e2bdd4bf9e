import { nearMatch } from "@caio/contracts";
import { Argument, CommanderError, type Command } from "commander";

import { SHELLS, type CompletionOptions } from "../commands/completion.ts";
import { commandTree } from "../completion/command-tree.ts";
import type { Run } from "./add-decisions.ts";
import { EXIT_CODES } from "./exit-codes.ts";


/** `help` and `completion`. */
export function addHelp(program: Command, run: Run): void {
  program
    .helpCommand(false)
    .command("help")
    .description("show what a command is for, or what exit codes mean")
    .argument("[topic...]", "a command, or exit-codes")
    .action((topic: string[]) => { showHelp(program, topic); });
  const completion = program
    .command("completion")
    .description("print the script by which a shell completes this command")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText("after", "\nIn ~/.bashrc: source <(caio completion bash)\nIn ~/.zshrc: source <(caio completion zsh)\nFor fish: caio completion fish > ~/.config/fish/completions/caio.fish")
    .action(async (shell: CompletionOptions["shell"]) => run((await import("../commands/completion.ts")).completion, { shell, root: commandTree(program) }));
  completion
    .command("ids", { hidden: true })
    .addArgument(new Argument("<of>").choices(["decisions", "keys"]))
    .action(async (of: "decisions" | "keys") => run((await import("../commands/completion.ts")).completionIds, { of }));
}

function showHelp(program: Command, topic: readonly string[]): void {
  const [first, ...more] = topic;
  if (first === "exit-codes" && more.length === 0) {
    program.configureOutput().writeOut?.(`${EXIT_CODES}\n`);
    return;
  }
  let command = program;
  for (const word of topic) {
    const child = command.commands.find((each) => each.name() === word);
    if (child === undefined) throw unknownTopic(program, word, [...command.commands.map((each) => each.name()), ...(command === program ? ["exit-codes"] : [])]);
    command = child;
  }
  command.outputHelp();
}

function unknownTopic(program: Command, word: string, known: readonly string[]): CommanderError {
  const nearest = nearMatch(word, known);
  program.configureOutput().writeErr?.(`error: there is no help on '${word}'.${nearest === undefined ? "" : ` Did you mean ${nearest}?`} caio --help lists the commands.\n`);
  return new CommanderError(2, "caio.unknownTopic", "unknown topic");
}
