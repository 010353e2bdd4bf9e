import { unlink } from "node:fs/promises";
import process from "node:process";

import { CaioError } from "@caio/core";

import { PUBLIC, writeNewFile } from "../load/write-file.ts";

/**
 * Keeps every other process from writing: a file that only one can make.
 *
 * @returns what lets the next one in
 * @throws CaioError `IntegrityViolation` if another one writes, or broke off while it did
 */
export async function lockLog(file: string): Promise<() => Promise<void>> {
  await writeNewFile(file, `${String(process.pid)}\n`, PUBLIC).catch((error: unknown) => {
    if (!(error instanceof CaioError) || error.details["reason"] !== "EEXIST") throw error;
    const message = `${file}: found the lock of another process, expected none: a log has one writer. If none is at work, remove the file.`;
    throw new CaioError("IntegrityViolation", message, { details: { file } });
  });
  return () => unlink(file);
}
