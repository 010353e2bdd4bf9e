import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { parseYamlDocument } from "@caio/contracts";

import type { DocBlock } from "./doc-block.ts";
import type { PackedCommand } from "./packed-command.ts";

/** What has to stand before a part to make it a whole document of that name. Parts of other documents are parsed, and no more. */
const WHOLES: Readonly<Record<string, string>> = {
  "caio.yaml": "caio_gateway: 1\n",
  "policy.yaml": "caio_policy: 1\nid: part\n",
  "contract.yaml": "service_id: part\nversion: 1.0.0\n",
};

/** Keys by which `caio validate` knows a whole document. */
const TELLTALES = ["service_id", "caio_request", "caio_policy", "caio_history", "caio_plan", "caio_gateway", "evidence"];

interface Report {
  readonly documents: readonly { readonly file: string; readonly problems: readonly { readonly path: string; readonly found?: string; readonly expected?: string; readonly message?: string }[] }[];
}

/** Documents in blocks that cannot be read, or do not say what they are a part of. */
export function unreadable(blocks: readonly DocBlock[]): readonly string[] {
  const problems: string[] = [];
  for (const block of blocks) wholeOf(block, problems);
  return problems;
}

/** What is wrong with documents in blocks: each is parsed, and those of our formats are held to them by `caio validate`. */
export async function documentProblems(blocks: readonly DocBlock[], { file: command }: PackedCommand): Promise<readonly string[]> {
  const problems: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), "caio-docs-validated-"));
  try {
    const files = new Map<string, DocBlock>();
    for (const block of blocks) {
      const text = wholeOf(block, problems);
      if (text === undefined) continue;
      const file = join(folder, `${String(files.size)}.${block.language}`);
      files.set(file, block);
      await writeFile(file, text);
    }
    if (files.size > 0) problems.push(...(await validated(files, command)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return problems;
}

/** The whole document that a block is or belongs to; undefined if it is none of ours, or cannot be read. */
function wholeOf({ document, line, language, code, marks: { partOf } }: DocBlock, problems: string[]): string | undefined {
  const place = `${document}:${String(line)}`;
  const reading = parseYamlDocument(code, { file: place });
  if (!reading.ok) {
    problems.push(...reading.problems.map(({ found, expected, line: within }) => `${document}:${String(line + within)}: ${found}; expected is ${expected}`));
    return undefined;
  }
  if (language === "json" && !isJson(code)) {
    problems.push(`${place}: is YAML and no JSON.`);
    return undefined;
  }
  const before = partOf === undefined ? undefined : WHOLES[partOf];
  if (partOf !== undefined && before === undefined) return undefined;
  const { value } = reading.document;
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (keys.some((key) => TELLTALES.includes(key))) return code;
  if (before !== undefined) return before + code;
  problems.push(`${place}: is no whole contract, request, policy or configuration. Say what it is a part of: <!-- part of: caio.yaml -->.`);
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function validated(files: ReadonlyMap<string, DocBlock>, command: string): Promise<readonly string[]> {
  const out = await new Promise<string>((resolve) => {
    // It ends with 1 if there are problems, which it says.
    execFile(process.execPath, [command, "validate", ...files.keys(), "--json"], { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) => { resolve(stdout === "" ? stderr : stdout); });
  });
  const { documents } = JSON.parse(out) as Report;
  if (documents.length !== files.size) throw new Error(`caio validate read ${String(documents.length)} of ${String(files.size)} documents.`);
  return documents.flatMap(({ file, problems }) => {
    const { document = file, line = 0 } = files.get(file) ?? {};
    return problems.map(({ path, found = "", expected = "", message }) => `${document}:${String(line)}: ${message ?? `${path}: ${found}; expected is ${expected}`}`);
  });
}
