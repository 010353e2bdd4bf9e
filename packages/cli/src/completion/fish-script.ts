import { allCommands, DOCUMENT_ENDS, type CommandNode, type Value } from "./command-tree.ts";

/** Completion for fish, with what each command and option is for. */
export function fishScript(root: CommandNode): string {
  const all = allCommands(root);
  const lines = all.flatMap((node) => [...childLines(node), ...optionLines(node), ...argumentLines(node)]);
  const takers = all.flatMap(({ options }) => options.filter(({ value }) => value !== undefined).map(({ name }) => name));
  return `# Completion of caio for fish. Once: caio completion fish > ~/.config/fish/completions/caio.fish
# True where the commands typed so far are these, and no more.
function __caio_at
  set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
  set -l takers ${[...new Set(takers)].join(" ")}
  set -l typed
  set -l skip 0
  for word in $words[2..]
    if test $skip -eq 1
      set skip 0
    else if contains -- $word $takers
      set skip 1
    else if not string match -q -- '-*' $word
      set -a typed $word
    end
  end
  set -l wanted $argv
  test (count $typed) -ge (count $wanted); or return 1
  for i in (seq (count $wanted))
    test "$typed[$i]" = "$wanted[$i]"; or return 1
  end
  return 0
end
# The same with nothing after them.
function __caio_here
  __caio_at $argv; or return 1
  set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
  test (count $argv) -eq 0; or test "$words[-1]" = "$argv[-1]"; or return 1
  test (count $argv) -gt 0; or test (count $words) -eq 1
end
complete -c caio -f
${lines.join("\n")}
`;
}

function childLines({ path, children }: CommandNode): readonly string[] {
  const here = condition("here", path);
  return children.map((child) => `complete -c caio -n ${here} -a ${child.path.at(-1) ?? ""} -d ${quoted(child.description)}`);
}

function optionLines({ path, options, children }: CommandNode): readonly string[] {
  const there = condition(children.length > 0 ? "here" : "at", path);
  return options.map(({ name, description, value }) => {
    const flag = name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
    return `complete -c caio -n ${there} ${flag}${value === undefined ? "" : ` -x${filled(value)}`} -d ${quoted(description)}`;
  });
}

function argumentLines({ path, arguments: values }: CommandNode): readonly string[] {
  return [...new Set(values.map(filled))].filter((text) => text !== "").map((text) => `complete -c caio -n ${condition("at", path)}${text}`);
}

function condition(name: "at" | "here", path: readonly string[]): string {
  return quoted([`__caio_${name}`, ...path.slice(1)].join(" "));
}

function filled(value: Value): string {
  switch (value.kind) {
    case "anything": return "";
    case "words": return ` -a ${quoted(value.words.join(" "))}`;
    case "ids": return ` -a ${quoted(`(caio completion ids ${value.of} 2>/dev/null)`)}`;
    case "folder": return ` -a ${quoted("(__fish_complete_directories)")}`;
    case "file": return ` -a ${quoted("(__fish_complete_path)")}`;
    case "document": return ` -a ${quoted(DOCUMENT_ENDS.map((end) => `(__fish_complete_suffix .${end})`).join(" "))}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
