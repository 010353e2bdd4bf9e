import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

/** Libraries that keep nothing from one mutant to the next: loaded once, not with every mutant. */
const sharedLibraries = ["@bufbuild/cel", "fast-check", "vitest", "zod"];

const original = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The tests and the mutated sources that they import as one script, which can be run again and again with fresh modules. It exports
 * `files`: a function per test file that evaluates it. Every package is read from the copy, so that a test of one sees the mutants of another.
 *
 * @param copy - Stryker's copy of the sources
 * @param tests - files of tests, from the root of the copy
 * @param mostRuns - cases of one property
 */
export async function bundleTests(copy: string, tests: readonly string[], mostRuns: number): Promise<string> {
  linkModules(copy);
  const entry = ["export const files = {", ...tests.map((file) => `${JSON.stringify(file)}: () => import("./${file}"),`), "};"];
  const { outputFiles } = await build({
    absWorkingDir: copy,
    stdin: { contents: entry.join("\n"), resolveDir: copy, loader: "ts" },
    write: false,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    conditions: ["@caio/source"],
    external: sharedLibraries,
    define: { MOST_RUNS: String(mostRuns) },
    logLevel: "error",
    plugins: [
      {
        name: "the copy",
        setup: (builder) => {
          builder.onResolve({ filter: /^@caio\/[a-z-]+$/ }, ({ path }) => ({ path: join(copy, "packages", path.slice("@caio/".length), "src/index.ts") }));
          builder.onResolve({ filter: /^fast-check$/ }, ({ importer }) => (importer.endsWith("runner/fast-check.ts") ? undefined : { path: join(copy, "tools/mutation/runner/fast-check.ts") }));
          // A script has no address of its own; its parts keep theirs.
          builder.onLoad({ filter: /\/(?:packages|tools)\/.*\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, "utf8");
            return text.includes("import.meta.url") ? { contents: text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)), loader: "ts", resolveDir: dirname(path) } : undefined;
          });
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}

/** The copy is without the libraries: it finds those of the original. */
function linkModules(copy: string): void {
  const folders = [".", "tools", ...readdirSync(join(original, "packages")).map((name) => join("packages", name))].map((folder) => join(folder, "node_modules"));
  for (const folder of folders) if (existsSync(join(original, folder)) && !existsSync(join(copy, folder))) symlinkSync(join(original, folder), join(copy, folder));
}
