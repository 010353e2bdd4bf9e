import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A package of the workspace: its place in the house and what it is built on. */
export interface Project {
  readonly name: string;
  /** Folder from the root, no slash at the end. */
  readonly folder: string;
  /** From the tag `floor:N`. */
  readonly floor: number;
  /** From the tag `scope:…`. */
  readonly scope: string;
  /** Names of the workspace's packages that it depends on. */
  readonly dependencies: readonly string[];
}

export const ROOT = new URL("../../", import.meta.url);

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly nx?: { readonly tags?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Every project of the workspace, by its package.json. @throws Error for one without a floor or a scope */
export function readProjects(root: URL = ROOT): readonly Project[] {
  const workspaces = manifestOf(new URL("package.json", root)).workspaces ?? [];
  const folders = workspaces.flatMap((pattern) => foldersOf(pattern, root)).sort();
  const manifests = folders.map((folder) => ({ folder, manifest: manifestOf(new URL(`${folder}/package.json`, root)) }));
  const names = new Set(manifests.map(({ manifest }) => manifest.name));
  return manifests.map(({ folder, manifest: { name, nx, dependencies, peerDependencies } }) => ({
    name,
    folder,
    floor: Number(tagOf(name, nx?.tags, "floor")),
    scope: tagOf(name, nx?.tags, "scope"),
    dependencies: Object.keys({ ...dependencies, ...peerDependencies }).filter((other) => names.has(other)),
  }));
}

/** A pattern names a folder, or with `/*` at its end all packages within one. */
function foldersOf(pattern: string, root: URL): readonly string[] {
  if (!pattern.endsWith("/*")) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(new URL(parent, root))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(new URL(`${folder}/package.json`, root)));
}

function manifestOf(path: URL): Manifest {
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

function tagOf(name: string, tags: readonly string[] = [], kind: string): string {
  const tag = tags.find((each) => each.startsWith(`${kind}:`));
  if (tag === undefined) throw new Error(`${name} has no tag ${kind}:…. Add one to nx.tags of its package.json.`);
  return tag.slice(kind.length + 1);
}
