import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT, type PublishedPackage } from "../published.ts";
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

/** Packs the packages into a folder, by npm itself. They have to be built. */
export async function packAll(packages: readonly PublishedPackage[], folder: string, root: string = ROOT): Promise<readonly Tarball[]> {
  const workspaces = packages.flatMap(({ folder: name }) => ["-w", `packages/${name}`]);
  const { stdout } = await runWell("npm", ["pack", "--json", "--loglevel", "error", "--pack-destination", folder, ...workspaces], { cwd: root });
  // A script of a package may write before the report.
  const reports = JSON.parse(stdout.slice(stdout.search(/^[[{]$/m))) as readonly PackReport[] | Readonly<Record<string, PackReport>>;
  return Object.values(reports).map((report: PackReport) => {
    const file = join(folder, report.filename);
    return {
      ...{ name: report.name, version: report.version, file, packed: report.size, unpacked: report.unpackedSize },
      files: report.files.map(({ path }) => path),
      integrity: `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`,
    };
  });
}
