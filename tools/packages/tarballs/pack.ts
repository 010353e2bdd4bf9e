import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT, type PublishedPackage } from "../published.ts";
import { copyTree } from "../release/scratch-tree.ts";
import { runWell } from "../run.ts";

/** A package as the registry would hold it. Sizes in bytes. */
export interface Tarball {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly packed: number;
  readonly unpacked: number;
  readonly files: readonly string[];
  readonly integrity: string;
}

interface PackReport {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Packs packages of the repository, which have to be built, into `tarballs` of a scratch folder. What has something made for packing is copied
 * there first: whatever stops it, the repository stays as it was.
 */
export async function packAll(packages: readonly PublishedPackage[], scratch: string): Promise<readonly Tarball[]> {
  const [tree, folder] = [join(scratch, "tree"), join(scratch, "tarballs")];
  mkdirSync(folder);
  const [made, plain] = [packages.filter(isMade), packages.filter((source) => !isMade(source))];
  await copyTree(tree, made.map((source) => source.folder));
  return [...(await packTree(made, tree, folder)), ...(await pack(plain, ROOT, folder))];
}

/** Packs packages of a copy of the repository (`copyTree`) into a folder. */
export async function packTree(packages: readonly PublishedPackage[], tree: string, folder: string): Promise<readonly Tarball[]> {
  for (const source of packages.filter(isMade)) await makeReady(source, tree);
  return await pack(packages, tree, folder);
}

/** By npm itself, without scripts: it reads and writes nothing beside the tarballs. */
async function pack(packages: readonly PublishedPackage[], tree: string, folder: string): Promise<readonly Tarball[]> {
  if (packages.length === 0) return [];
  const workspaces = packages.flatMap((source) => ["-w", `packages/${source.folder}`]);
  const { stdout } = await runWell("npm", ["pack", "--json", "--ignore-scripts", "--loglevel", "error", "--pack-destination", folder, ...workspaces], { cwd: tree });
  const reports = JSON.parse(stdout) as readonly PackReport[] | Readonly<Record<string, PackReport>>;
  return Object.values(reports).map((report: PackReport) => {
    const file = join(folder, report.filename);
    return {
      ...{ name: report.name, version: report.version, file, packed: report.size, unpacked: report.unpackedSize },
      files: report.files.map(({ path }) => path),
      integrity: `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`,
    };
  });
}

const isMade = ({ manifest }: PublishedPackage): boolean => manifest.scripts?.["prepack"] !== undefined;

/** What npm would do before packing: `prepack` takes the package's folder to write into. Runs in the repository, where what it needs is found. */
async function makeReady({ folder }: PublishedPackage, tree: string): Promise<void> {
  await runWell("npm", ["run", "prepack", "--silent", "-w", `packages/${folder}`, "--", join(tree, "packages", folder)], { cwd: ROOT });
}
