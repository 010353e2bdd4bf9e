import { createReadStream } from "node:fs";
import { link, open, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

import { CaioError } from "@caio/core";
import type { ArchiveSource } from "@caio/store-sql";

import { unreadable } from "../load/read-text.ts";
import { PRIVATE } from "../load/write-file.ts";

/** Bytes that are read at once. */
const PIECE = 1 << 18;

/**
 * Writes pieces to a new file that only its owner may read: beside it at first, and in its place once all of it is durable and `check`
 * has found nothing wrong with it. Whatever fails, nothing is left.
 *
 * @throws CaioError `NotFound` for a place that is taken or cannot be written, `ServiceUnavailable` for a full disk
 */
export async function writeArchiveFile(file: string, pieces: AsyncIterable<Uint8Array>, check: (beside: string) => Promise<void>): Promise<void> {
  const beside = `${file}.part`;
  await requireFree(file);
  // What a process that was killed left behind.
  await rm(beside, { force: true }).catch((error: unknown) => { throw unwritable(file, error); });
  const handle = await open(beside, "wx", PRIVATE).catch((error: unknown) => { throw unwritable(file, error); });
  try {
    await writeAll(handle, pieces, file);
    await check(beside);
    await link(beside, file).catch((error: unknown) => { throw unwritable(file, error); });
  } finally {
    await rm(beside, { force: true });
  }
  await syncFolder(dirname(file));
}

async function writeAll(handle: FileHandle, pieces: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  try {
    for await (const piece of pieces) await writeWhole(handle, piece, file);
    await handle.sync().catch((error: unknown) => { throw unwritable(file, error); });
  } finally {
    await handle.close();
  }
}

/** A file system may take less than it is given, as one does that is almost full. */
async function writeWhole(handle: FileHandle, piece: Uint8Array, file: string): Promise<void> {
  for (let at = 0; at < piece.length; ) {
    const { bytesWritten } = await handle.write(piece, at).catch((error: unknown) => { throw unwritable(file, error); });
    at += bytesWritten;
  }
}

/** An archive in a file, and how far it has been read. */
export function archiveInFile(file: string, onBytes: (bytes: number) => void = () => undefined): ArchiveSource {
  return {
    place: file,
    open: async function* () {
      try {
        for await (const piece of createReadStream(file, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
          onBytes(piece.length);
          yield piece;
        }
      } catch (error) {
        throw error instanceof Error && "syscall" in error ? unreadable(file, error) : error;
      }
    },
  };
}

async function requireFree(file: string): Promise<void> {
  const there = await stat(file).then(() => true, () => false);
  if (there) throw new CaioError("NotFound", `${file}: there is a file already, and a copy takes no other's place. Name another one.`, { details: { file, reason: "EEXIST" } });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function unwritable(file: string, error: unknown): CaioError {
  const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  if (reason === "ENOSPC" || reason === "EDQUOT" || reason === "EFBIG") {
    return new CaioError("ServiceUnavailable", `${file}: there is no room for it, and nothing of it is left. Free space, or name another disk.`, { details: { file, reason: "disk_full" }, cause: error });
  }
  return new CaioError("NotFound", `${file}: it cannot be written (${reason}). Check the path.`, { details: { file, reason }, cause: error });
}
