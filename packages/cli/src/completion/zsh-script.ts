import { allCommands, DOCUMENT_ENDS, type CommandNode } from "./command-tree.ts";
import { quoted, shellTables } from "./shell-tables.ts";

/** Completion for zsh, with what each command and option is for. */
export function zshScript(root: CommandNode): string {
  const { commands, values, arguments: given } = shellTables(root);
  const all = allCommands(root);
  const table = (name: string, rows: readonly string[]): string => `_caio_${name}() {\n  result=''\n  case "$1" in\n${rows.join("\n")}\n  esac\n}\n`;
  const entry = (name: string, description: string): string => quoted(`${name}:${description}`);
  const list = (rows: readonly { readonly name: string; readonly description: string }[]): string => `entries=(${rows.map(({ name, description }) => entry(name, description)).join(" ")})`;
  const described = (name: string, rows: readonly string[]): string => `_caio_${name}() {\n  entries=()\n  case "$1" in\n${rows.join("\n")}\n  esac\n}\n`;
  const children = all.filter((node) => node.children.length > 0).map((node) => `    ${quoted(node.path.join(" "))}) ${list(node.children.map(({ path, description }) => ({ name: path.at(-1) ?? "", description })))} ;;`);
  const options = all.map((node) => `    ${quoted(node.path.join(" "))}) ${list(node.options)} ;;`);
  return `#compdef caio
# Completion of caio for zsh. In ~/.zshrc, after compinit: source <(caio completion zsh)
${table("commands", commands)}${described("children", children)}${described("options", options)}${table("value", values)}${table("argument", given)}
_caio_fill() {
  local -a all
  case "$1" in
    file) _files ;;
    document) _files -g '*.(${DOCUMENT_ENDS.join("|")})' ;;
    folder) _files -/ ;;
    words\\ *) all=(\${=1#words }); compadd -a all ;;
    ids\\ *) all=(\${(f)"$(\${words[1]} completion ids \${1#ids } 2>/dev/null)"}); compadd -a all ;;
  esac
}

_caio() {
  local at=caio taken='' word result only='' i count=0
  local -a entries
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if [[ -n $taken ]]; then taken=''; continue; fi
    if [[ -z $only && $word == '--' ]]; then only=yes; continue; fi
    if [[ -z $only && $word == -* ]]; then
      [[ $word == *=* ]] && continue
      _caio_value "$at $word"
      [[ -n $result ]] && taken="$result"
      continue
    fi
    _caio_commands "$at"
    if [[ " $result " == *" $word "* ]]; then at="$at $word"; count=0; else count=$((count + 1)); fi
  done
  word="\${words[CURRENT]}"
  if [[ -n $taken ]]; then _caio_fill "$taken"; return; fi
  if [[ -z $only && $word == --*=* ]]; then
    _caio_value "$at \${word%%=*}"
    compset -P 1 '*='
    _caio_fill "$result"
    return
  fi
  if [[ -z $only && $word == -* ]]; then _caio_options "$at"; _describe -o option entries; return; fi
  _caio_commands "$at"
  if [[ -n $result ]]; then _caio_children "$at"; _describe command entries; return; fi
  _caio_argument "$at $count"
  _caio_fill "$result"
}

if [[ "\${funcstack[1]}" == _caio ]]; then _caio "$@"; elif (( $+functions[compdef] )); then compdef _caio caio; fi
`;
}
