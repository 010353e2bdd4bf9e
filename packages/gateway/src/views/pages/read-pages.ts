import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { CaioError } from "@caio/core";

/** A file of a page, as it is sent. */
export interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** Of its bytes, without quotation marks. */
  readonly tag: string;
  /** Its name holds a hash of what is in it, so that it never changes. */
  readonly immutable: boolean;
}

const MAX_FILES = 500;
const MAX_BYTES = 16 * 1024 * 1024;

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};
/** What bundlers make: `name-Hh8_Xy-z.js`. */
const HASHED = /-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;

/**
 * The files of a folder that may be sent, by their path in it with slashes: regular files of types that pages are made of. Links, hidden
 * files and maps of sources are left out. Undefined where there is no folder, or no `index.html` in it.
 *
 * @throws CaioError `InvalidField` for a folder that is too large to be a page
 */
export async function readPages(folder: URL): Promise<ReadonlyMap<string, PageFile> | undefined> {
  const files = new Map<string, PageFile>();
  let size = 0;
  const read = async (within: string): Promise<void> => {
    for (const entry of await readdir(join(fileURLToPath(folder), within), { withFileTypes: true })) {
      const path = within === "" ? entry.name : `${within}/${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) await read(path);
      const type = types[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const bytes = await readFile(join(fileURLToPath(folder), path));
      size += bytes.length;
      files.set(path, { bytes, type, tag: createHash("sha256").update(bytes).digest("hex").slice(0, 32), immutable: HASHED.test(entry.name) });
      if (files.size > MAX_FILES || size > MAX_BYTES) throw tooLarge(folder);
    }
  };
  try {
    await read("");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return files.has("index.html") ? files : undefined;
}

function tooLarge(folder: URL): CaioError<"InvalidField"> {
  return new CaioError("InvalidField", `The folder of the page has more than ${String(MAX_FILES)} files or ${String(MAX_BYTES)} bytes: ${folder.href}. Name the folder of the built page alone.`, { details: { field: "pages" } });
}
