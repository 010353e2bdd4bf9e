import { existsSync } from "node:fs";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { build as esbuild, type Metafile, type Plugin } from "esbuild";

const PACKAGE = resolve(import.meta.dirname, "..");

/** Where the engine is: in the folder of modules that these files stand in, or in that of the package that needs it. */
const ENGINE = `import { createRequire } from "node:module";
const own = createRequire(import.meta.url);
function engine() {
  try {
    return own("libsql");
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return createRequire(import.meta.resolve("@caio/store-sql"))("libsql");
  }
}
export default engine();
`;

/** The store's engine is a binary of the machine, so it stays where npm put it. */
const engineOfTheStore: Plugin = {
  name: "libsql",
  setup: (build) => {
    build.onResolve({ filter: /^libsql$/ }, () => ({ path: "libsql", namespace: "engine" }));
    build.onLoad({ filter: /.*/, namespace: "engine" }, () => ({ contents: ENGINE }));
  },
};

const THREAD = 'new URL("../../bin/store-thread.js", import.meta.url)';

/** The thread of the store starts from a file of its own, which stands beside the others here. */
const threadOfTheStore: Plugin = {
  name: "store-thread",
  setup: (build) => {
    build.onLoad({ filter: /[/\\]store-sql[/\\]src[/\\]thread[/\\]open-sql-thread\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes(THREAD)) throw new Error(`${path}: the thread of the store starts from another file than is known here.`);
      return { loader: "ts", contents: text.replace(THREAD, 'new URL("./store-thread.js", import.meta.url)') };
    });
  },
};

const PAGE = 'new URL("../dist/page/", import.meta.url)';

/** The dashboard is a folder of files, which stands beside the others here. */
const pageOfTheGateway: Plugin = {
  name: "dashboard",
  setup: (build) => {
    build.onLoad({ filter: /[/\\]dashboard[/\\]src[/\\]dashboard-folder\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes(PAGE)) throw new Error(`${path}: the dashboard is in another folder than is known here.`);
      return { loader: "ts", contents: text.replace(PAGE, 'new URL("./page/", import.meta.url)') };
    });
  },
};

/**
 * Writes the command as a few files: node finds, reads and links some 1 200 modules less, which is half of the time that a gateway takes to
 * start. What is in them is what the packages hold; nobody imports them but `bin/caio.js`.
 */
export async function bundle(out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
  const { metafile } = await esbuild({
    absWorkingDir: PACKAGE,
    entryPoints: [{ in: "src/main.ts", out: "main" }, { in: "../store-sql/bin/store-thread.js", out: "store-thread" }],
    outdir: out,
    conditions: ["@caio/source"],
    bundle: true,
    splitting: true,
    // Who wants it installs it beside the command: its model is larger than all the rest.
    external: ["@caio/encoder-use"],
    platform: "node",
    format: "esm",
    target: "node20.19",
    // Names stay: an error that nobody knows is shown by the names of its functions.
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    banner: { js: 'import{createRequire as caioRequire}from"node:module";const require=caioRequire(import.meta.url);' },
    plugins: [engineOfTheStore, threadOfTheStore, pageOfTheGateway],
  });
  const page = resolve(PACKAGE, "../dashboard/dist/page");
  if (existsSync(page)) await cp(page, join(out, "page"), { recursive: true });
  await writeFile(join(out, "LICENSES.txt"), await licencesOf(metafile));
}

/** The licences of all that is in the files and not ours. */
async function licencesOf({ inputs }: Metafile): Promise<string> {
  const folders = new Set(Object.keys(inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
  const texts = await Promise.all([...folders].map((folder) => licenceOf(resolve(PACKAGE, folder))));
  return [...new Set(texts)].sort().join("\n\n");
}

async function licenceOf(folder: string): Promise<string> {
  const { name = "", version = "", license = "" } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { name?: string; version?: string; license?: string };
  const candidates = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license", "license.md", "LICENSE-MIT", "COPYING"];
  for (const file of candidates) {
    const text = await readFile(join(folder, file), "utf8").catch(() => undefined);
    if (text !== undefined) return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  }
  return `${name} ${version} (${license})\n`;
}

// As `prepack`: into this package, or into the copy of it that is named.
if (process.argv[1] !== undefined && dirname(resolve(process.argv[1])) === import.meta.dirname) await bundle(join(process.argv[2] ?? PACKAGE, "bundle"));
