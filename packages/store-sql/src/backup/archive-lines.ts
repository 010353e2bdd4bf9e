import { createHash } from "node:crypto";
import { TextDecoder } from "node:util";

import { badArchive, MAX_LINE } from "./archive-format.ts";

const LF = 0x0a;

/** One line of an archive, without its end. */
export interface ArchiveLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** SHA-256 of all lines before this one, in hex. */
  readonly hashBefore: () => string;
}

/**
 * The lines of an archive, with no more in memory than one of them.
 *
 * @param place - what is read, for messages
 * @throws CaioError `IntegrityViolation` for a line that is too long, is no UTF-8 or has no end
 */
export async function* archiveLines(bytes: AsyncIterable<Uint8Array>, place: string): AsyncGenerator<ArchiveLine> {
  const hash = createHash("sha256");
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let pieces: Uint8Array[] = [];
  let length = 0;
  let number = 0;
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      pieces.push(chunk.subarray(from, end));
      const line = pieces.length === 1 ? chunk.subarray(from, end) : Buffer.concat(pieces);
      number += 1;
      if (line.length > MAX_LINE) throw tooLong(place, number);
      yield { number, text: textOf(line, decoder, place, number), hashBefore: () => hash.copy().digest("hex") };
      hash.update(line).update("\n");
      [pieces, length, from] = [[], 0, end + 1];
    }
    length += chunk.length - from;
    if (length > MAX_LINE) throw tooLong(place, number + 1);
    // A copy: whoever gave the bytes may use their memory again.
    if (from < chunk.length) pieces.push(Uint8Array.prototype.slice.call(chunk, from));
  }
  if (length > 0) throw badArchive(`${place}, line ${String(number + 1)}`, "a line without an end", "a whole one");
}

function textOf(line: Uint8Array, decoder: TextDecoder, place: string, number: number): string {
  try {
    return decoder.decode(line);
  } catch {
    throw badArchive(`${place}, line ${String(number)}`, "bytes that are no UTF-8", "text");
  }
}

function tooLong(place: string, number: number): Error {
  return badArchive(`${place}, line ${String(number)}`, `more than ${String(MAX_LINE)} bytes`, "a line of an archive");
}
