import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** What these tools read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
}

/** A package of this repository that goes to the registry. */
export interface PublishedPackage {
  /** Name of its folder below `packages`. */
  readonly folder: string;
  readonly path: string;
  readonly manifest: Manifest;
  /** Names of the published packages that it needs itself. */
  readonly needs: readonly string[];
}

/** The root of the repository. */
export const ROOT = resolve(import.meta.dirname, "../..");

/**
 * All packages below `packages` that are not private, each behind those that it needs: the order in which they can be published. A package
 * of which nothing is written yet (no public door) is left out.
 */
export function publishedPackages(root: string = ROOT): readonly PublishedPackage[] {
  const found = new Map<string, PublishedPackage>();
  for (const folder of readdirSync(join(root, "packages")).sort()) {
    const path = join(root, "packages", folder);
    if (!existsSync(join(path, "package.json")) || !existsSync(join(path, "src/index.ts"))) continue;
    const manifest = readManifest(path);
    if (manifest.private !== true) found.set(manifest.name, { folder, path, manifest, needs: [] });
  }
  const needsOf = ({ manifest }: PublishedPackage): string[] => Object.keys(manifest.dependencies ?? {}).filter((name) => found.has(name));
  const ordered = new Map<string, PublishedPackage>();
  const visit = (item: PublishedPackage): void => {
    if (ordered.has(item.manifest.name)) return;
    const needs = needsOf(item);
    for (const name of needs) visit(found.get(name) ?? item);
    ordered.set(item.manifest.name, { ...item, needs });
  };
  for (const item of found.values()) visit(item);
  return [...ordered.values()];
}

/** Those of the packages whose folders are named; all if nothing is. @throws Error for a name that no folder has: a check of nothing finds nothing */
export function packagesIn(folders: readonly string[] | undefined, packages: readonly PublishedPackage[]): readonly PublishedPackage[] {
  const unknown = (folders ?? []).filter((name) => !packages.some(({ folder }) => folder === name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(",")}: there is no such published package. Known: ${packages.map(({ folder }) => folder).join(", ")}.`);
  return packages.filter(({ folder }) => folders?.includes(folder) ?? true);
}

/** The package.json of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Its public doors: the keys of `exports` that lead to types, each with the declaration file it leads to. */
export function doorsOf({ manifest, path }: PublishedPackage): readonly { readonly door: string; readonly types: string; readonly code: string }[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([door, target]) => {
    if (typeof target === "string" || target["types"] === undefined || target["default"] === undefined) return [];
    return [{ door, types: join(path, target["types"]), code: join(path, target["default"]) }];
  });
}
