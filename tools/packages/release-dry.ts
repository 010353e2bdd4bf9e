/**
 * `npm run release:dry [-- --json --change core:minor:"what users are told" --after-release --no-publish]`: what the next release would publish, in the order in which it
 * would: for each package its version now and then, why, what is in its tarball, and how `npm publish --dry-run` ends. Everything happens
 * in a copy: versions, changelogs, lock file, packing. `--after-release` first releases all changesets that wait, in the copy, so that `--change` stands alone.
 * The packages have to be built.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { publishedPackages } from "./published.ts";
import { publishDry, type DryPublish } from "./release/publish-dry.ts";
import { applyVersions, parseChange, planRelease, writeChangesets, type PlannedRelease } from "./release/release-plan.ts";
import { openScratchTree } from "./release/scratch-tree.ts";
import { stoppable } from "./run.ts";
import { inScratchFolder } from "./scratch-folder.ts";
import { packTree, type Tarball } from "./tarballs/pack.ts";
import { TarballRegistry } from "./tarballs/tarball-registry.ts";

interface ReleaseRow extends PlannedRelease {
  readonly files: number | null;
  readonly packed: number | null;
  readonly provenance: boolean;
  /** How the dry publication ended; null for a package that is not released, or with --no-publish. */
  readonly publish: "ok" | "failed" | null;
}

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, change: { type: "string", multiple: true, default: [] }, "after-release": { type: "boolean", default: false }, publish: { type: "boolean", default: true } },
  allowNegative: true,
});
const problems: string[] = [];
const rows = await stoppable(() => inScratchFolder("release", dryRelease));
if (values.json) console.log(JSON.stringify({ rows, problems }, null, 2));
else print();
process.exitCode = problems.length === 0 && rows.length > 0 ? 0 : 1;

async function dryRelease(scratch: string): Promise<readonly ReleaseRow[]> {
  const changes = values.change.map((text) => parseChange(text, publishedPackages()));
  const tree = join(scratch, "tree");
  await openScratchTree(tree);
  if (values["after-release"]) await applyVersions(tree);
  writeChangesets(tree, changes);
  const plan = await planRelease(tree);
  await applyVersions(tree);
  const released = publishedPackages(tree).filter(({ manifest }) => plan.some(({ name, why }) => name === manifest.name && why !== "none"));
  const folder = join(scratch, "tarballs");
  mkdirSync(folder);
  const tarballs = await packTree(released, tree, folder);
  const ordered = released.flatMap(({ manifest }) => tarballs.find(({ name }) => name === manifest.name) ?? []);
  const published = values.publish ? await publishAll(ordered, scratch) : [];
  return plan.map((step) => {
    const tarball = tarballs.find(({ name }) => name === step.name);
    const manifest = released.find((source) => source.manifest.name === step.name)?.manifest;
    const dry = published.find(({ name }) => name === step.name);
    if (dry?.ok === false) problems.push(`${step.name}: npm publish --dry-run: ${dry.text}`);
    if (step.why !== "none" && manifest?.version !== step.to) problems.push(`${step.name}: planned ${step.to}, became ${String(manifest?.version)}`);
    if (tarball?.files.some((file) => /\.(test|tsbuildinfo)\b|node_modules/.test(file)) === true) problems.push(`${step.name}: its tarball holds tests or build files`);
    const publish = dry === undefined ? null : dry.ok ? "ok" : "failed";
    return { ...step, files: tarball?.files.length ?? null, packed: tarball?.packed ?? null, provenance: manifest?.publishConfig?.provenance === true, publish };
  });
}

async function publishAll(tarballs: readonly Tarball[], cwd: string): Promise<readonly DryPublish[]> {
  const registry = await TarballRegistry.serve([], []);
  return await publishDry(tarballs, registry.address, cwd).finally(() => registry.close());
}

function print(): void {
  const columns = ["package", "now", "then", "bump", "files", "packed KiB", "provenance", "dry run", "why"];
  const widths = [20, 8, 8, 6, 6, 11, 11, 8, 0];
  const line = (cells: readonly string[]): string => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" ").trimEnd();
  console.log(line(columns));
  for (const row of rows.filter(({ why }) => why !== "none")) {
    const why = row.why === "change" ? `${String(row.because.length)} ${row.because.length === 1 ? "change" : "changes"}: ${row.because[0] ?? ""}`.slice(0, 90) : `needs ${row.because.join(", ")}`;
    console.log(line([row.name, row.from, row.to, row.bump, String(row.files), ((row.packed ?? 0) / 1024).toFixed(1), row.provenance ? "yes" : "no", row.publish ?? "-", why]));
  }
  const still = rows.filter(({ why }) => why === "none").map(({ name }) => name);
  if (still.length > 0) console.log(`stay as they are: ${still.join(", ")}`);
  for (const problem of problems) console.log(`FAILED ${problem}`);
}
