import { constants } from "node:fs";
import { open } from "node:fs/promises";

import { CaioError, type CaioErrorCode } from "@caio/core";

/** No document of CAIO is longer: a history may have 4 MiB. */
const MAX_DOCUMENT = 4_194_304;

/**
 * The text of a regular file in UTF-8. A pipe, a device or a folder is refused without waiting for it.
 *
 * @param maxBytes - default 4 MiB
 * @throws CaioError `NotFound` if the file cannot be read; the code given if it is no such file
 */
export async function readText(file: string, code: CaioErrorCode, maxBytes = MAX_DOCUMENT): Promise<string> {
  const bytes = await readBytes(file, code, maxBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refuse(code, file, "bytes that are no UTF-8", "text in UTF-8");
  }
}

/** The bytes of a regular file. @throws CaioError as `readText` */
export async function readBytes(file: string, code: CaioErrorCode, maxBytes: number): Promise<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw refuse(code, file, "something that is no regular file", "a file");
    if (stat.size > maxBytes) throw refuse(code, file, `${String(stat.size)} bytes`, `at most ${String(maxBytes)}`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** @param error - what the file system threw */
export function unreadable(path: string, error: unknown): CaioError<"NotFound"> {
  const reason = reasonOf(error);
  return new CaioError("NotFound", `${path}: ${faultWords("read", reason)}`, { details: { file: path, reason }, cause: error });
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder. Check the path.",
  ENOTDIR: "a part of the path is a file, and no folder. Check the path.",
  EISDIR: "it is a folder, and no file. Name a file in it.",
  EEXIST: "it is there already, and nothing is overwritten. Name another file.",
  ENOSPC: "the disk is full. Free space, and try again.",
  EROFS: "the disk can only be read. Name another place.",
};

/** Why a path cannot be used, and what to do, for the code of a fault. */
export function faultWords(what: "read" | "written", code: string): string {
  if (code === "EACCES" || code === "EPERM") return `it may not be ${what} by this user (${code}). Change its rights (ls -l), or name another path.`;
  const words = WORDS[code];
  return words === undefined ? `it cannot be ${what} (${code}). Check the path.` : code === "ENOENT" ? words : words.replace(". ", ` (${code}). `);
}

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
}

function refuse(code: CaioErrorCode, file: string, found: string, expected: string): CaioError {
  return new CaioError(code, `${file}: found ${found}, expected ${expected}.`, { details: { file, found, expected } });
}
