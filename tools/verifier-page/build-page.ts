import { gzipSync } from "node:zlib";

import { build, defaultClientConditions, type InlineConfig, type Rollup } from "vite";

/** A file that was built, in bytes as it is and gzipped. */
export interface BuiltFile {
  readonly name: string;
  readonly bytes: number;
  readonly gzip: number;
}

const PAGE = import.meta.dirname;
const VERIFIER = new URL("../../packages/verifier/src/index.ts", import.meta.url).pathname;
const common: InlineConfig = {
  configFile: false,
  mode: "production",
  logLevel: "warn",
  root: PAGE,
  resolve: { conditions: ["@caio/source", ...defaultClientConditions] },
};

/** Builds the page into a folder, which is emptied first: static files that ask nothing of any other place. */
export async function buildPage(out: string): Promise<readonly BuiltFile[]> {
  const built = await build({
    ...common,
    base: "./",
    worker: { format: "es" },
    build: { outDir: out, emptyOutDir: true, target: "es2023", assetsInlineLimit: 0, modulePreload: false },
  });
  return filesOf(built);
}

/** The whole of `@caio/verifier` as one minified module, nothing written: how much a page takes on with it. */
export async function measureVerifier(): Promise<BuiltFile> {
  const built = await build({ ...common, build: { write: false, target: "es2023", minify: "esbuild", rollupOptions: { input: VERIFIER, preserveEntrySignatures: "strict" }, modulePreload: false } });
  const [file] = filesOf(built);
  if (file === undefined) throw new Error("The bundler wrote no file for @caio/verifier.");
  return { ...file, name: "@caio/verifier" };
}

function filesOf(built: Awaited<ReturnType<typeof build>>): readonly BuiltFile[] {
  if (!Array.isArray(built) && !("output" in built)) throw new Error("The bundler watches instead of building.");
  return [built].flat().flatMap(({ output }) => output.map(sizeOf));
}

function sizeOf(file: Rollup.OutputChunk | Rollup.OutputAsset): BuiltFile {
  const bytes = Buffer.from(file.type === "chunk" ? file.code : file.source);
  return { name: file.fileName, bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}
