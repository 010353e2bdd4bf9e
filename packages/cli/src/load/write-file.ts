import { open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";

import { CaioError } from "@caio/core";

import { faultWords } from "./read-text.ts";

/** For what holds a secret: its owner alone reads and writes it. */
export const PRIVATE = 0o600;
export const PUBLIC = 0o644;

/**
 * Writes a file whole or not at all, and durably: beside it first, then in its place. What was there is replaced, its mode too.
 *
 * @throws CaioError `NotFound` if it cannot be written
 */
export async function writeFileWhole(file: string, content: string | Uint8Array, mode: number = PUBLIC): Promise<void> {
  const beside = `${file}.part`;
  try {
    await unlink(beside).catch(() => undefined);
    await writeNew(beside, content, mode);
    await rename(beside, file);
    await syncFolder(dirname(file));
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** Writes a file that is not there yet. @throws CaioError `NotFound`, also if it is there */
export async function writeNewFile(file: string, content: string, mode: number): Promise<void> {
  await writeNew(file, content, mode).catch((error: unknown) => {
    throw unwritable(file, error);
  });
}

async function writeNew(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(file, "wx", mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new name in a folder is durable once the folder is; not every platform can do it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function unwritable(file: string, error: unknown): CaioError<"NotFound"> {
  const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return new CaioError("NotFound", `${file}: ${faultWords("written", reason)}`, { details: { file, reason }, cause: error });
}
