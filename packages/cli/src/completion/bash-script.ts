import { allCommands, DOCUMENT_ENDS, type CommandNode } from "./command-tree.ts";
import { quoted, shellTables } from "./shell-tables.ts";

/** Completion for bash 4 and later, with nothing but what bash itself has: `bash-completion` need not be installed. */
export function bashScript(root: CommandNode): string {
  const { commands, values, arguments: given } = shellTables(root);
  const options = allCommands(root).map(({ path, options: each }) => `    ${quoted(path.join(" "))}) result=${quoted(each.map(({ name }) => name).join(" "))} ;;`);
  const table = (name: string, rows: readonly string[]): string => `_caio_${name}() {\n  result=''\n  case "$1" in\n${rows.join("\n")}\n  esac\n}\n`;
  return `# Completion of caio for bash. In ~/.bashrc: source <(caio completion bash)
${table("commands", commands)}${table("options", options)}${table("value", values)}${table("argument", given)}
# Files and folders that begin with what is typed; $1: file, document or folder.
_caio_paths() {
  local found
  compopt -o filenames 2>/dev/null
  while IFS= read -r found; do
    case "$1" in
      folder) [[ -d $found ]] || continue ;;
      document) [[ -d $found || ${DOCUMENT_ENDS.map((end) => `$found == *.${end}`).join(" || ")} ]] || continue ;;
    esac
    COMPREPLY+=("$found")
  done < <(compgen -f -- "$cur")
}

_caio_fill() {
  local IFS=$' \\t\\n'
  case "$1" in
    file|document|folder) _caio_paths "$1" ;;
    words\\ *) COMPREPLY=($(compgen -W "\${1#words }" -- "$cur")) ;;
    ids\\ *) COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" completion ids "\${1#ids }" 2>/dev/null)" -- "$cur")) ;;
  esac
}

_caio() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at=caio taken='' word i result count=0 only=''
  COMPREPLY=()
  # Bash takes --option=value apart at the sign.
  [[ $cur == '=' ]] && cur=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $taken ]]; then taken=''; continue; fi
    if [[ -z $only && $word == '--' ]]; then only=yes; continue; fi
    if [[ -z $only && $word == -* ]]; then
      _caio_value "$at $word"
      [[ -n $result ]] && taken="$result"
      continue
    fi
    _caio_commands "$at"
    if [[ " $result " == *" $word "* ]]; then at="$at $word"; count=0; else count=$((count + 1)); fi
  done
  if [[ -n $taken ]]; then _caio_fill "$taken"; return; fi
  if [[ -z $only && $cur == -* ]]; then
    _caio_options "$at"
    _caio_fill "words $result"
    return
  fi
  _caio_commands "$at"
  if [[ -n $result ]]; then _caio_fill "words $result"; return; fi
  _caio_argument "$at $count"
  _caio_fill "$result"
}

complete -F _caio caio
`;
}
