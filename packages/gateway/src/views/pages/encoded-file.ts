import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import type { PageFile } from "./read-pages.ts";

const [brotliOf, gzipOf] = [promisify(brotliCompress), promisify(gzip)];

/** How a file is sent. */
export type Coding = "br" | "gzip" | "identity";

/** What saves less than this is sent as it is, bytes. */
const WORTH = 512;
const PACKED = /^(?:text\/|application\/json|image\/svg)/;

/** Files in the codings that readers take: each is made once, when it is first asked for, and kept. */
export class EncodedFiles {
  readonly #made = new WeakMap<PageFile, Map<Coding, Promise<Buffer>>>();

  /** The bytes of a file, and how they are coded. @param accepted - the header `Accept-Encoding` */
  async of(file: PageFile, accepted: string): Promise<{ readonly bytes: Buffer; readonly coding: Coding }> {
    const coding = PACKED.test(file.type) && file.bytes.length > WORTH ? codingOf(accepted) : "identity";
    if (coding === "identity") return { bytes: file.bytes, coding };
    const known = this.#made.get(file) ?? new Map<Coding, Promise<Buffer>>();
    this.#made.set(file, known);
    const made = known.get(coding) ?? pack(file.bytes, coding);
    known.set(coding, made);
    return { bytes: await made, coding };
  }
}

function pack(bytes: Buffer, coding: "br" | "gzip"): Promise<Buffer> {
  if (coding === "gzip") return gzipOf(bytes, { level: 9 });
  return brotliOf(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}

/** The best of the codings that a reader names and does not refuse (RFC 9110 §12.5.3). */
function codingOf(accepted: string): Coding {
  const taken = new Set<string>();
  for (const part of accepted.toLowerCase().split(",")) {
    const [name = "", ...terms] = part.split(";").map((each) => each.trim());
    if (!terms.some((term) => /^q=0(?:\.0*)?$/.test(term))) taken.add(name);
  }
  return taken.has("br") ? "br" : taken.has("gzip") ? "gzip" : "identity";
}
