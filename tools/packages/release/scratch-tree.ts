import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { ROOT } from "../published.ts";
import { runWell } from "../run.ts";

/** A copy of what a release touches, in a folder of the system's temporary one: nothing that happens there is seen in the repository. */
export interface ScratchTree {
  readonly root: string;
  remove(): void;
}

const FILES = ["package.json", "package-lock.json", ".changeset", "tsconfig.base.json", "LICENSE", "README.md"];
/** Of a package: what is packed, and what packing needs. */
const LEFT_OUT = new Set(["node_modules", "test", "out-tsc", "coverage", "api"]);

/** Copies the packages (without tests), the changesets and the lock file, and makes a git repository of them, since changesets asks git what the main branch holds. */
export async function openScratchTree(source: string = ROOT): Promise<ScratchTree> {
  const root = mkdtempSync(join(tmpdir(), "caio-release-"));
  for (const file of FILES) if (existsSync(join(source, file))) cpSync(join(source, file), join(root, file), { recursive: true });
  for (const folder of readdirSync(join(source, "packages"))) {
    if (!existsSync(join(source, "packages", folder, "package.json"))) continue;
    cpSync(join(source, "packages", folder), join(root, "packages", folder), { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) || path.includes("/dist/") || path.includes("/src/") });
  }
  for (const folder of ["tools", "examples"]) {
    if (existsSync(join(source, folder, "package.json"))) cpSync(join(source, folder, "package.json"), join(root, folder, "package.json"));
  }
  symlinkSync(join(source, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, ".gitignore"), "/node_modules\n/packages/*/dist\n/packages/*/src\n/tarballs\n");
  await git(root, "init", "-q", "-b", "main");
  await commit(root, "what is released");
  return { root, remove: () => { rmSync(root, { recursive: true, force: true }); } };
}

/** Commits everything in a scratch tree. */
export async function commit(root: string, message: string): Promise<void> {
  await git(root, "add", "-A");
  await git(root, "-c", "user.name=release", "-c", "user.email=release@example.org", "commit", "-q", "--allow-empty", "-m", message);
}

const git = (root: string, ...args: readonly string[]): Promise<unknown> => runWell("git", ["-c", "core.hooksPath=/dev/null", ...args], { cwd: root });
