import { existsSync } from "node:fs";
import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";

import { ROOT } from "../published.ts";
import { runWell } from "../run.ts";

const FILES = ["package.json", "package-lock.json", ".changeset", "tsconfig.base.json", "LICENSE", "README.md"];
/** Of a package: what is not packed, unless it stands in its code. */
const LEFT_OUT = new Set(["node_modules", "test", "out-tsc", "coverage", "api", "bundle"]);
const CODE = /^(?:dist|src)[/\\]/;

/**
 * Copies what a release touches into a new folder: packages as they are built (without tests; all, or those in the folders named), changesets, lock file.
 * What happens there is not seen in the repository.
 */
export async function copyTree(root: string, folders?: readonly string[]): Promise<void> {
  const source = ROOT;
  await mkdir(root);
  for (const file of FILES) if (existsSync(join(source, file))) await cp(join(source, file), join(root, file), { recursive: true });
  for (const name of await readdir(join(source, "packages"))) {
    const folder = join(source, "packages", name);
    if (!existsSync(join(folder, "package.json")) || folders?.includes(name) === false) continue;
    await cp(folder, join(root, "packages", name), { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) || CODE.test(relative(folder, path)) });
  }
  for (const folder of ["tools", "examples"]) {
    if (existsSync(join(source, folder, "package.json"))) await cp(join(source, folder, "package.json"), join(root, folder, "package.json"));
  }
  await symlink(join(source, "node_modules"), join(root, "node_modules"));
}

/** `copyTree` as a git repository, since changesets asks git what the main branch holds. */
export async function openScratchTree(root: string): Promise<void> {
  await copyTree(root);
  await writeFile(join(root, ".gitignore"), "/node_modules\n/packages/*/dist\n/packages/*/src\n/tarballs\n");
  await git(root, "init", "-q", "-b", "main");
  await commit(root, "what is released");
}

/** Commits everything in a scratch tree. */
export async function commit(root: string, message: string): Promise<void> {
  await git(root, "add", "-A");
  await git(root, "-c", "user.name=release", "-c", "user.email=release@example.org", "commit", "-q", "--allow-empty", "-m", message);
}

const git = (root: string, ...args: readonly string[]): Promise<unknown> => runWell("git", ["-c", "core.hooksPath=/dev/null", ...args], { cwd: root });
