import { allCommands, type CommandNode, type Value } from "./command-tree.ts";

/** A kind of value as the scripts name it: a word, with the words themselves behind it where there are any. */
function valueWord(value: Value): string {
  if (value.kind === "words") return `words ${value.words.join(" ")}`;
  return value.kind === "ids" ? `ids ${value.of}` : value.kind;
}

/** Text between single quotes, as bash and zsh read it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The rows that bash and zsh look up: which words lead on from where, which options take a value, and what may be given. */
export interface ShellTables {
  /** Patterns of `case` with what they give: the path of a command, and its commands. */
  readonly commands: readonly string[];
  /** Path and option, and the value that it takes. */
  readonly values: readonly string[];
  /** Path and number of the argument, from 0 on; `*` for one that may come again. */
  readonly arguments: readonly string[];
}

/** @param command - how one entry of a list of commands or options is written */
export function shellTables(root: CommandNode): ShellTables {
  const all = allCommands(root);
  const row = (key: string, result: string): string => `    ${quoted(key)}) result=${quoted(result)} ;;`;
  return {
    commands: all.filter(({ children }) => children.length > 0).map(({ path, children }) => row(path.join(" "), children.map((child) => child.path.at(-1) ?? "").join(" "))),
    values: all.flatMap(({ path, options }) => options.flatMap(({ name, value }) => (value === undefined ? [] : [row(`${path.join(" ")} ${name}`, valueWord(value))]))),
    arguments: all.flatMap(({ path, arguments: values, again }) => values.map((value, at) => {
      const last = again && at === values.length - 1;
      return last ? `    ${quoted(`${path.join(" ")} `)}*) result=${quoted(valueWord(value))} ;;` : row(`${path.join(" ")} ${String(at)}`, valueWord(value));
    })),
  };
}
