import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { marketFiles } from "./market.ts";

/** Writes the files of the market into a folder. */
export async function writeMarket(folder: string): Promise<void> {
  for (const [name, text] of Object.entries(marketFiles)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
