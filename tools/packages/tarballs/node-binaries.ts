import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run } from "../run.ts";

/** The versions of Node that every package has to run on. */
export const NODE_MAJORS = [20, 22] as const;

/** A Node to try packages on, or why there is none. */
export type NodeBinary = { readonly major: number; readonly path: string; readonly version: string } | { readonly major: number; readonly missing: string };

/**
 * The running Node where it is of the wanted major version, else the binary of the npm package `node-<os>-<cpu>`, which is fetched once into a
 * folder of the system's temporary one. Where the registry has none for this system, says so.
 */
export async function nodeBinary(major: number, cache: string = join(tmpdir(), "caio-node-binaries")): Promise<NodeBinary> {
  if (process.versions.node.startsWith(`${String(major)}.`)) return { major, path: process.execPath, version: process.version };
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(cache, String(major));
  const path = join(prefix, "node_modules", name, "bin/node");
  if (!existsSync(path)) {
    await mkdir(prefix, { recursive: true });
    const { code, stderr } = await run("npm", ["i", "--no-save", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", prefix, `${name}@${String(major)}`], { cwd: prefix });
    if (code !== 0 || !existsSync(path)) return { major, missing: `npm has no ${name}@${String(major)} here: ${stderr.trim().split("\n")[0] ?? ""}` };
  }
  const { stdout, code } = await run(path, ["--version"], { cwd: prefix });
  return code === 0 ? { major, path, version: stdout.trim() } : { major, missing: `${path} does not start.` };
}

/**
 * What it means that versions of Node are not there: where every one is demanded, as in CI, nothing may go untried and the check fails; elsewhere
 * it is said, as long as there is one to try packages on.
 */
export function nodeFindings(nodes: readonly NodeBinary[], everyNode: boolean): { readonly problems: readonly string[]; readonly notes: readonly string[] } {
  const missing = nodes.flatMap((node) => ("missing" in node ? [`Node ${String(node.major)}: not run. ${node.missing}`] : []));
  const none = missing.length === nodes.length ? ["No Node was there to run the examples on."] : [];
  if (!everyNode) return { problems: none, notes: missing };
  return { problems: [...none, ...missing.map((text) => `${text} In CI every version has to be tried: let npm fetch it, or run this step where that Node is the running one.`)], notes: [] };
}

/** Whether the variable `CI` says that this is CI: it is there, and is not a no. */
export function isCi(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value.toLowerCase());
}
