/** `nx run tools:vectors` (`tsx -C @caio/source tools/golden/make.ts`): writes docs/vectors anew. `--only contracts` or `golden`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { exampleFiles, goldenFiles } from "./vector-files.ts";

const VECTORS = new URL("../../docs/vectors/", import.meta.url);
const makers = { contracts: exampleFiles, golden: goldenFiles };

const { values } = parseArgs({ options: { only: { type: "string" } } });
for (const [folder, make] of Object.entries(makers)) {
  if (values.only !== undefined && values.only !== folder) continue;
  const files = await make();
  const folders = new Set([...files.keys()].map((path) => path.slice(0, path.lastIndexOf("/") + 1)));
  for (const within of folders) {
    mkdirSync(new URL(within, VECTORS), { recursive: true });
    for (const name of readdirSync(new URL(within, VECTORS))) {
      if (name.endsWith(".json") && !files.has(within + name)) rmSync(new URL(within + name, VECTORS));
    }
  }
  for (const [path, text] of files) writeFileSync(new URL(path, VECTORS), text);
  const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  console.log(`${folder}: ${String(files.size)} files, ${(bytes / 1_000_000).toFixed(2)} MB`);
}
