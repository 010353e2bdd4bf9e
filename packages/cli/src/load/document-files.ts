import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { unreadable } from "./read-text.ts";

const DOCUMENT = /^[^.].*\.(ya?ml|json)$/i;

/**
 * The YAML and JSON files of a folder, sorted by name by UTF-16 code units, hidden ones left out. Folders inside are not entered.
 *
 * @throws CaioError `NotFound` if the folder cannot be read
 */
export async function documentFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  return names.filter((name) => DOCUMENT.test(name)).sort().map((name) => join(folder, name));
}
