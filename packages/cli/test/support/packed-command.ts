import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

import { bundle } from "../../scripts/bundle.ts";

const MODULES = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** The packed command as a folder that the test removes, with `run.js` to start it: in a quarter of the time that its sources take. */
export async function packedCommand(): Promise<{ readonly folder: string; readonly run: string }> {
  // Where the engine of the store is found, as it is beside an installed package.
  await mkdir(MODULES, { recursive: true });
  const folder = await mkdtemp(join(MODULES, ".packed-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await bundle(folder);
  const run = join(folder, "run.js");
  await writeFile(run, 'import { main } from "./main.js";\nawait main();\n');
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  return { folder, run };
}
