import { join } from "node:path";

import { classOf } from "./block-class.ts";
import type { DocBlock } from "./doc-block.ts";
import { onSources } from "./packed-command.ts";

/** Begins the line that says which block comes now. */
export const BLOCK_MARK = "\u001e";

/** One part of a page's script. */
export interface ScriptPart {
  readonly block: DocBlock;
  readonly script: string;
}

/**
 * What `npx`, `npm` and a gateway's port are on a page: the packed command in the place of a published one, what the workspace holds in the
 * place of a registry, and a free port in the place of 8080.
 */
export function prelude(command: string): string {
  return `exec 2>&1
npx() {
  [ "$1" = -y ] && shift
  if [ "$1" = caio ] || [ "$1" = @caio/cli ]; then shift; caio "$@"; else "$CAIO_DOCS_PAGE/node_modules/.bin/$1" "\${@:2}"; fi
}
caio() {
  case "$1" in
    serve) case " $* " in *" --port "*) exec node ${command} "$@" ;; *) exec node ${command} "$@" --port "$CAIO_DOCS_PORT" ;; esac ;;
    init) node ${command} "$@" --port "$CAIO_DOCS_PORT" ;;
    # What this encoder needs is found as sources are, since nothing may be built.
    *) case " $* " in *" --encoder use "*) tsx ${command} "$@" ;; *) node ${command} "$@" ;; esac ;;
  esac
}
tsx() { node ${words(onSources)} "$@"; }
npm() {
  case "$1" in
    i | install)
      shift
      for name in "$@"; do [ -e "$CAIO_DOCS_PAGE/node_modules/$name/package.json" ] || { echo "npm: no package $name in this workspace"; return 1; }; done ;;
    *) command npm "$@" ;;
  esac
}
`;
}

/** The parts of a page's script, in the order of its blocks. @param folder - where the page runs */
export function scriptParts(blocks: readonly DocBlock[], folder: string): readonly ScriptPart[] {
  return blocks.flatMap((block) => {
    const { language, code, marks: { file, stays }, line } = block;
    const written = file === undefined ? "" : `mkdir -p "$(dirname '${file}')"\n${heredoc(file, code)}`;
    if (classOf(block) !== "run") return written === "" ? [] : [{ block, script: written }];
    if (language === "ts") {
      const program = join(folder, `.block-${String(line)}.mts`);
      const start = `tsx ${program}`;
      return [{ block, script: `${written}${heredoc(program, code)}${stays === undefined ? `${start}\n` : staying(start, stays)}` }];
    }
    return [{ block, script: written + (stays === undefined ? code : staying(code, stays)) }];
  });
}

function words(all: readonly string[]): string {
  return all.map((word) => `'${word}'`).join(" ");
}

function heredoc(file: string, text: string): string {
  return `cat > '${file}' <<'CAIO_DOCS_END'\n${text}CAIO_DOCS_END\n`;
}

/** Runs a block beside the others, from when its address answers. */
function staying(code: string, address: string): string {
  return `( ${code.trimEnd()}\n) &\nstaying=$!\nuntil curl -sf -o /dev/null '${address}'; do kill -0 $staying || { wait $staying; exit 1; }; sleep 0.1; done\n`;
}
