import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { ROOT } from "../architecture/projects.ts";

/** Arguments of Node that let it run TypeScript on the packages' sources. */
export const onSources: readonly string[] = ["--conditions=@caio/source", `--import=${import.meta.resolve("tsx")}`];

/** The command as it is published, packed from its sources. */
export interface PackedCommand {
  /** What `node` starts. */
  readonly file: string;
  remove(): Promise<void>;
}

/** Packs the command into a folder that finds the packages beside it. */
export async function packCommand(root: URL = ROOT): Promise<PackedCommand> {
  const folder = await mkdtemp(join(fileURLToPath(root), "node_modules/.caio-docs-"));
  const file = join(folder, "run.js");
  try {
    const packing = `const { bundle } = await import(${JSON.stringify(new URL("packages/cli/scripts/bundle.ts", root).href)}); await bundle(${JSON.stringify(folder)});`;
    await promisify(execFile)(process.execPath, [...onSources, "--input-type=module", "--eval", packing], { cwd: fileURLToPath(root) });
    await writeFile(file, 'import { main } from "./main.js";\nawait main();\n');
    await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

