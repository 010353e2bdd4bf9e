import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { ROOT } from "../architecture/projects.ts";
import { classOf } from "./block-class.ts";
import { showsOutput } from "./block-output.ts";
import type { CoveredDocument } from "./covered-documents.ts";
import type { DocBlock } from "./doc-block.ts";
import type { PackedCommand } from "./packed-command.ts";
import { BLOCK_MARK, prelude, scriptParts, type ScriptPart } from "./page-script.ts";
import { sceneOf } from "./page-scenes.ts";
import { standIns } from "./stand-ins.ts";

/** What came of the blocks of a page. */
export interface PageRun {
  readonly path: string;
  readonly seconds: number;
  /** Everything that its blocks printed. */
  readonly text: string;
  readonly problems: readonly string[];
  /** Blocks that this machine cannot run, and why. */
  readonly left: readonly string[];
}

/** What of a checkout readers have before them, linked into the folder of a page. */
const CHECKOUT = ["node_modules", "packages", "examples", "docs", "tools", "package.json", "tsconfig.base.json"];

/** No page takes so long; one that does has a command that does not end. */
const LONGEST_MS = 240_000;

/** Runs the blocks of a page one after another, in one shell, in a folder of its own that looks like a checkout. */
export async function runPage({ path, blocks }: CoveredDocument, { file: command }: PackedCommand, root: URL = ROOT): Promise<PageRun> {
  const began = performance.now();
  const scene = sceneOf(path);
  const folder = await mkdtemp(join(tmpdir(), "caio-docs-page-"));
  const world = await standIns(blocks.filter((block) => classOf(block) === "run" || block.marks.file !== undefined).map(({ code, marks }) => `${code}${marks.stays ?? ""}`).join("\n") + (scene.before ?? ""));
  try {
    for (const name of CHECKOUT) await symlink(fileURLToPath(new URL(name, root)), join(folder, name));
    const parts = scriptParts(blocks, folder);
    const left = parts.flatMap(({ block, script }) => { const why = world.missingFor(script); return why === undefined ? [] : [`${block.document}:${String(block.line)}: ${why}`]; });
    const able = parts.filter(({ script }) => world.missingFor(script) === undefined);
    const script = prelude(command) + world.translate(`${scene.before ?? ""}\n${able.map(({ block, script }) => `printf '${BLOCK_MARK}%s\\n' ${String(block.line)}\n${script}`).join("\n")}`);
    const { code, text } = await shell(script, folder, { ...world.environment, CAIO_DOCS_PAGE: folder });
    const problems = code === 0 ? problemsOf(blocks, text, scene.shows ?? [], able) : [failure(path, code, text)];
    for (const file of scene.secrets ?? []) if (code === 0 && (await shownOf(join(folder, file), text))) problems.push(`${path}: the secret in ${file} is printed.`);
    return { path, seconds: (performance.now() - began) / 1000, text, problems, left };
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** How a shell ended, and all that it wrote. What it left running is ended with it. */
async function shell(script: string, cwd: string, environment: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const group = -(child.pid ?? Number.NaN);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  const late = setTimeout(() => { text += "\nIt did not end.\n"; kill(group, "SIGKILL"); }, LONGEST_MS);
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("exit", resolve));
  clearTimeout(late);
  // A gateway that was left to run closes its store; what does not listen to that is ended all the same.
  kill(group, "SIGTERM");
  const patience = setTimeout(() => { kill(group, "SIGKILL"); }, 10_000);
  await new Promise((resolve) => { if (child.stdout.closed) resolve(undefined); else child.once("close", resolve); });
  clearTimeout(patience);
  return { code, text };
}

function kill(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(group, signal);
  } catch {
    // Nothing of it runs any more.
  }
}

/** Whether what is secret of a key was printed. It comes behind the key's id, and may itself have any of its letters, "_" too. */
async function shownOf(file: string, text: string): Promise<boolean> {
  const secret = (await readFile(file, "utf8")).trim().split("_").slice(2).join("_");
  if (secret.length <= 20) throw new Error(`${file} holds no key of a gateway.`);
  return text.includes(secret);
}

function failure(path: string, code: number | null, text: string): string {
  const [, line = "0", rest = text] = new RegExp(`^[^]*${BLOCK_MARK}(\\d+)\\n([^]*)$`).exec(text) ?? [];
  return `${path}:${line}: ended with ${String(code)}:\n${rest.slice(-2000)}`;
}

/** Output that is not as the page shows it, and words that are not there. */
function problemsOf(blocks: readonly DocBlock[], text: string, words: readonly string[], able: readonly ScriptPart[]): string[] {
  const printed = new Map(text.split(BLOCK_MARK).slice(1).map((each) => [Number.parseInt(each, 10), each.slice(each.indexOf("\n") + 1)]));
  const problems = words.filter((word) => !text.includes(word)).map((word) => `${blocks[0]?.document ?? ""}: nothing shows ${word}`);
  for (const [at, block] of blocks.entries()) {
    if (classOf(block) !== "compared") continue;
    const source = blocks.slice(0, at).findLast((other) => classOf(other) === "run");
    if (source === undefined) problems.push(`${block.document}:${String(block.line)}: is output, and no block that is run stands before it.`);
    else if (able.some((part) => part.block === source) && !showsOutput(printed.get(source.line) ?? "", block.code)) problems.push(`${block.document}:${String(block.line)}: the block before prints something else:\n${printed.get(source.line) ?? ""}`);
  }
  return problems;
}
