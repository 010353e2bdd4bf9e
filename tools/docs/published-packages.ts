import { existsSync, readdirSync, readFileSync } from "node:fs";

import { ROOT } from "../architecture/projects.ts";

/** A package that readers can install. */
export interface PublishedPackage {
  readonly name: string;
  /** Within the repository, as `packages/core`. */
  readonly folder: string;
  /** Its last part, which is its address in the site. */
  readonly key: string;
  /** TypeScript files that it can be imported from, within the repository; the main one first. */
  readonly doors: readonly { readonly name: string; readonly file: string }[];
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** All of them, by name. */
export function publishedPackages(root: URL = ROOT): readonly PublishedPackage[] {
  return readdirSync(new URL("packages/", root))
    .sort()
    .filter((key) => existsSync(new URL(`packages/${key}/package.json`, root)))
    .flatMap((key) => {
      const manifest = JSON.parse(readFileSync(new URL(`packages/${key}/package.json`, root), "utf8")) as Manifest;
      const folder = `packages/${key}`;
      // One without a README is not yet ready for readers; a test of the pages says so.
      if (manifest.private === true || !existsSync(new URL(`${folder}/README.md`, root))) return [];
      return [{ name: manifest.name, folder, key, doors: doorsOf(folder, manifest, root) }];
    });
}

function doorsOf(folder: string, { name, exports = {} }: Manifest, root: URL): PublishedPackage["doors"] {
  return Object.entries(exports).flatMap(([door, target]) => {
    const source = typeof target === "string" ? undefined : target["@caio/source"];
    if (source?.endsWith(".ts") !== true) return [];
    const file = `${folder}/${source.slice(2)}`;
    return existsSync(new URL(file, root)) ? [{ name: name + door.slice(1), file }] : [];
  });
}
