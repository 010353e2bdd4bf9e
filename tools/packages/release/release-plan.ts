import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { publishedPackages, ROOT, type PublishedPackage } from "../published.ts";
import { runWell } from "../run.ts";
import { commit } from "./scratch-tree.ts";

/** A change that is only thought of: which package, how much, and what its users are told. */
export interface MadeUpChange {
  readonly name: string;
  readonly bump: "patch" | "minor" | "major";
  readonly text: string;
}

/** What a release does to one package. */
export interface PlannedRelease {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly bump: string;
  /** `change`: changesets of its own; `dependent`: what it needs is released out of its range; `none`: stays as it is. */
  readonly why: "change" | "dependent" | "none";
  /** First lines of its own changesets, or the names of what it needs. */
  readonly because: readonly string[];
}

interface StatusFile {
  readonly changesets: readonly { readonly id: string; readonly summary: string }[];
  readonly releases: readonly { readonly name: string; readonly type: string; readonly oldVersion: string; readonly newVersion: string; readonly changesets: readonly string[] }[];
}

/** `core:minor` or `@caio/core:minor:what users are told`. */
export function parseChange(text: string, packages: readonly PublishedPackage[]): MadeUpChange {
  const [name = "", bump = "", ...words] = text.split(":");
  const found = packages.find(({ manifest, folder }) => manifest.name === name || folder === name);
  if (found === undefined) throw new Error(`--change ${text}: there is no published package ${name}. Known: ${packages.map(({ folder }) => folder).join(", ")}.`);
  if (bump !== "patch" && bump !== "minor" && bump !== "major") throw new Error(`--change ${text}: found "${bump}", expected patch, minor or major after the name.`);
  return { name: found.manifest.name, bump, text: words.length === 0 ? "A change that is only thought of." : words.join(":") };
}

/** Writes a changeset for each change into a tree. */
export function writeChangesets(root: string, changes: readonly MadeUpChange[]): void {
  for (const [at, { name, bump, text }] of changes.entries()) writeFileSync(join(root, ".changeset", `made-up-${String(at + 1)}.md`), `---\n"${name}": ${bump}\n---\n\n${text}\n`);
}

/** What `changeset version` would do to the published packages of a tree, in the order in which they are published. */
export async function planRelease(root: string): Promise<readonly PlannedRelease[]> {
  const packages = publishedPackages(root);
  const status = hasChangesets(root) ? await changesetStatus(root) : { changesets: [], releases: [] };
  const released = new Map(status.releases.filter(({ type }) => type !== "none").map((release) => [release.name, release]));
  return packages.map(({ manifest, needs }) => {
    const release = released.get(manifest.name);
    const { name, version } = manifest;
    if (release === undefined) return { name, from: version, to: version, bump: "none", why: "none", because: [] };
    const own = status.changesets.filter(({ id }) => release.changesets.includes(id)).map(({ summary }) => summary.split("\n")[0] ?? "");
    const step = { name, from: release.oldVersion, to: release.newVersion, bump: release.type };
    return own.length > 0 ? { ...step, why: "change", because: own } : { ...step, why: "dependent", because: needs.filter((needed) => released.has(needed)) };
  });
}

async function changesetStatus(root: string): Promise<StatusFile> {
  const file = join(root, "release-plan.json");
  await changeset(root, "status", "--output", "release-plan.json");
  const status = JSON.parse(readFileSync(file, "utf8")) as StatusFile;
  rmSync(file);
  return status;
}

const hasChangesets = (root: string): boolean => readdirSync(join(root, ".changeset")).some((name) => name.endsWith(".md") && name !== "README.md");

/**
 * `changeset version` in a tree, then the lock file, which changesets leaves behind with the versions of before. Does nothing without changesets.
 */
export async function applyVersions(root: string): Promise<void> {
  if (!hasChangesets(root)) return;
  await changeset(root, "version");
  if (existsSync(join(root, "package-lock.json"))) {
    await runWell("npm", ["install", "--package-lock-only", "--ignore-scripts", "--offline", "--no-audit", "--no-fund", "--loglevel", "error"], { cwd: root });
  }
  await commit(root, "versions");
}

const changeset = (root: string, ...args: readonly string[]): Promise<unknown> => runWell(process.execPath, [join(ROOT, "node_modules/@changesets/cli/bin.js"), ...args], { cwd: root });
