import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { publishedPackages, ROOT } from "../published.ts";
import { runWell } from "../run.ts";
import { importedPackages } from "../tarballs/readme-examples.ts";

/** What is read of a CycloneDX document. */
export interface BillOfMaterials {
  readonly bomFormat: string;
  readonly components: readonly Component[];
}

export interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly { readonly license?: { readonly id?: string; readonly name?: string }; readonly expression?: string }[];
}

interface WrittenManifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Every package that the published ones bring in production, by `npm sbom` over a tree of them alone, at the versions of package-lock.json. CycloneDX as text. */
export async function billOfMaterials(root: string = ROOT): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), "caio-sbom-"));
  // The document bears the name of the folder.
  const scratch = join(place, "caio-packages");
  try {
    for (const { folder, path } of publishedPackages(root)) {
      const manifest = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as WrittenManifest;
      mkdirSync(join(scratch, "packages", folder), { recursive: true });
      const dependencies = { ...manifest.dependencies, ...bundledOf(path, manifest.devDependencies ?? {}) };
      writeFileSync(join(scratch, "packages", folder, "package.json"), JSON.stringify({ ...manifest, dependencies, devDependencies: undefined, scripts: undefined }));
    }
    writeFileSync(join(scratch, "package.json"), JSON.stringify({ name: "caio-packages", version: "0.0.0", private: true, license: "Apache-2.0", workspaces: ["packages/*"] }));
    writeFileSync(join(scratch, "package-lock.json"), lockOfPublished(root));
    await runWell("npm", ["install", "--package-lock-only", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel", "error"], { cwd: scratch });
    const { stdout } = await runWell("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only", "--loglevel", "error"], { cwd: scratch });
    return stdout;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly link?: boolean; readonly resolved?: string }>>;
}

/** package-lock.json without the workspaces that are not published; npm then drops what only those needed. */
function lockOfPublished(root: string): string {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as LockFile;
  const folders = publishedPackages(root).map(({ folder }) => `packages/${folder}`);
  const isPublished = (path: string): boolean => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  const kept = Object.entries(lock.packages).filter(([path, { link = false, resolved = "" }]) => (link ? isPublished(resolved) : path === "" || path.startsWith("node_modules/") || isPublished(path)));
  return JSON.stringify({ ...lock, packages: Object.fromEntries(kept) });
}

/** Of what a package needs for development, what its own sources import: it is built into what is shipped, as in the page of the dashboard. */
function bundledOf(path: string, devDependencies: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const sources = readdirSync(join(path, "src"), { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
  const imported = new Set(sources.flatMap((file) => importedPackages(readFileSync(join(path, "src", file), "utf8"))));
  return Object.fromEntries(Object.entries(devDependencies).filter(([name]) => imported.has(name)));
}

/** Licences under which a package may come with ours: permissive ones, whose terms the Apache licence does not contradict. */
const ALLOWED_LICENCES: readonly string[] = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT", "MIT-0", "Python-2.0", "Unlicense", "Zlib"];

/** Components whose licence is none of `allowed`, each with what was found. An expression with OR needs one allowed part, any other all. */
export function licenceProblems({ components }: BillOfMaterials, allowed: readonly string[] = ALLOWED_LICENCES): readonly string[] {
  const accepted = (expression: string): boolean => {
    const parts = expression.replaceAll(/[()]/g, " ").split(/\s+OR\s+/);
    return parts.some((part) => part.split(/\s+AND\s+/).every((licence) => allowed.includes(licence.trim())));
  };
  return components.flatMap(({ name, version, licenses = [] }) => {
    const found = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? "");
    if (found.length > 0 && found.every(accepted)) return [];
    return [`${name} ${version}: found ${found.length === 0 ? "no licence" : found.join(", ")}, expected one of ${allowed.join(", ")}.`];
  });
}

/** Paths of a machine in a document, such as a home or a temporary folder; none may be. */
export function localPaths(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/(?<=")(?:file:\/\/|[A-Z]:\\\\|\/(?:home|root|tmp|Users|var|private|work|usr|builds)\/)[^"]*/g)].map(([path]) => path))];
}
