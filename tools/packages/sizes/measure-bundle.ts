import { isBuiltin } from "node:module";
import { gzipSync } from "node:zlib";

import { build, type Plugin } from "esbuild";

import { ROOT, type PublishedPackage } from "../published.ts";

/** Bytes of a bundle: minified, and that compressed by gzip. */
export interface BundleSize {
  readonly minified: number;
  readonly gzip: number;
}

/** What a package weighs in a bundle. */
export interface BundleSizes {
  /** Its public door with its own code alone. */
  readonly own: BundleSize;
  /** With everything that it depends on, but for programs in machine code. */
  readonly whole: BundleSize;
  /** `import { name }` of one small name, with everything that it needs. */
  readonly one: BundleSize;
  /** `import "the package"`, of which nothing is used. */
  readonly none: BundleSize;
  /** Packages that its code imports without declaring them. */
  readonly undeclared: readonly string[];
}

/** Code that no bundler can take in: it loads files of machine code, or a model, from beside itself. */
const OUTSIDE = ["*.node", "libsql", "pg-native", "@energetic-ai/*"];

/** Bundles the built package in four ways. `name` is one of its exports. */
export async function measureBundle(source: PublishedPackage, name: string): Promise<BundleSizes> {
  const { name: self, dependencies = {}, peerDependencies = {} } = source.manifest;
  const own = await bundle(`export * from "${self}";`, [onlyOf(self)]);
  const whole = await bundle(`export * from "${self}";`, []);
  const one = await bundle(`import { ${name} } from "${self}";\nconsole.log(${name});`, []);
  const none = await bundle(`import "${self}";`, []);
  const declared = new Set([self, ...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  return { own: own.size, whole: whole.size, one: one.size, none: none.size, undeclared: own.imports.filter((wanted) => !declared.has(wanted)) };
}

async function bundle(contents: string, plugins: Plugin[]): Promise<{ readonly size: BundleSize; readonly imports: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    ...{ stdin: { contents, resolveDir: ROOT, loader: "js" }, bundle: true, minify: true, write: false, metafile: true, outdir: ROOT },
    ...{ format: "esm", platform: "node", target: "node20", external: OUTSIDE, plugins, logLevel: "silent", legalComments: "none" },
    // Files that some packages of others load beside their code.
    loader: { ".wasm": "empty", ".json": "json" },
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  const external = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter((one) => one.external === true).map(({ path }) => path));
  const packages = external.filter((path) => !isBuiltin(path)).map((path) => path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/"));
  return { size: { minified: code.length, gzip: code.length === 0 ? 0 : gzipSync(code, { level: 9 }).length }, imports: [...new Set(packages)] };
}

/** Leaves everything outside but one package. */
function onlyOf(self: string): Plugin {
  return {
    name: "only-own-code",
    setup: (builder) => {
      builder.onResolve({ filter: /^[^./]/ }, ({ path }) => (path === self || path.startsWith(`${self}/`) ? undefined : { path, external: true }));
    },
  };
}
