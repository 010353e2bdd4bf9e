import type { Argument, Command, Option } from "commander";

/** What may stand in a place: `words` are all that there are, `ids` are those that a running gateway knows. */
export type Value =
  | { readonly kind: "file" | "document" | "folder" | "anything" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "ids"; readonly of: "decisions" | "keys" };

/** An option as a shell completes it. */
export interface OptionLeaf {
  readonly name: string;
  readonly description: string;
  /** Absent: it takes none. */
  readonly value?: Value;
}

/** A command with what may follow it. */
export interface CommandNode {
  /** The words that lead to it, `caio` first. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly OptionLeaf[];
  /** In their order; the last one may come again if `again`. */
  readonly arguments: readonly Value[];
  readonly again: boolean;
  readonly children: readonly CommandNode[];
}

/** Documents of CAIO, bundles among them, by what their names end with. */
export const DOCUMENT_ENDS = ["yaml", "yml", "json"] as const;

const KINDS: Readonly<Record<string, Value>> = {
  file: { kind: "file" },
  document: { kind: "document" },
  request: { kind: "document" },
  plan: { kind: "document" },
  policy: { kind: "document" },
  bundle: { kind: "document" },
  dir: { kind: "folder" },
  folder: { kind: "folder" },
  decision: { kind: "ids", of: "decisions" },
  key: { kind: "ids", of: "keys" },
};
/** Options whose file is a document. */
const DOCUMENTS = new Set(["--policy", "--principal", "--history", "--config", "--request", "--world", "--models", "--outcomes"]);

/** The commands that a person sees, as they are declared: nothing of them is said twice. */
export function commandTree(command: Command, path: readonly string[] = [command.name()]): CommandNode {
  const help = command.createHelp();
  const { registeredArguments: all } = command;
  return {
    path,
    description: command.description(),
    options: help.visibleOptions(command).flatMap(optionLeaf),
    arguments: all.map(argumentValue),
    again: all.at(-1)?.variadic === true,
    // Help of a command below is an option, too; it is offered once.
    children: help.visibleCommands(command).filter((child) => path.length === 1 || child.name() !== "help").map((child) => commandTree(child, [...path, child.name()])),
  };
}

/** A tree as a list, each command before those below it. */
export function allCommands(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.children.flatMap(allCommands)];
}

function optionLeaf({ long, short, description, flags, required, optional, argChoices }: Option): readonly OptionLeaf[] {
  const value = required || optional ? optionValue(long ?? "", flags, argChoices) : undefined;
  return [long, short].flatMap((name) => (name === undefined ? [] : [{ name, description, ...(value === undefined ? {} : { value }) }]));
}

function optionValue(name: string, flags: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: "words", words: choices };
  if (DOCUMENTS.has(name)) return { kind: "document" };
  const [, placeholder = ""] = /[<[]([^>\].]+)/.exec(flags) ?? [];
  if (placeholder.includes("|")) return { kind: "words", words: placeholder.split("|") };
  return placeholder === "key" ? { kind: "anything" } : (KINDS[placeholder] ?? { kind: "anything" });
}

function argumentValue(argument: Argument): Value {
  if (argument.argChoices !== undefined) return { kind: "words", words: argument.argChoices };
  return KINDS[argument.name()] ?? { kind: "anything" };
}
