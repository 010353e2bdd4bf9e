import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";

import { ROOT } from "../architecture/projects.ts";

/**
 * What pages wrote into the checkout, whose folders they see by links: call it before they run, and what it gives afterwards. One line for each
 * file that git sees now as changed or new and did not see so before; what git ignores is not looked at. Empty outside of a git repository.
 */
export async function checkoutGuard(root: URL = ROOT): Promise<() => Promise<readonly string[]>> {
  const before = new Set(await changedFiles(root));
  return async () =>
    (await changedFiles(root))
      .filter((file) => !before.has(file))
      .map((file) => `${file} was written while the pages ran. A page writes into its own folder: not behind \`cd\` into packages, examples, docs or tools, and to no path below them.`);
}

async function changedFiles(root: URL): Promise<readonly string[]> {
  const cwd = fileURLToPath(root);
  const { stdout } = await promisify(execFile)("git", ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all"], { cwd, maxBuffer: 64 << 20 }).catch(() => ({ stdout: "" }));
  return stdout.split("\0").filter((line) => line !== "").map((line) => line.slice(3));
}
