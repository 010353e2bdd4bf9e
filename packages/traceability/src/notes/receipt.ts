import { CaioError, leafHash, verifyInclusionPath } from "@caio/core";

import { base64Of, bytesOfBase64 } from "../signing/strict-base64.ts";
import type { VerifierKey } from "../signing/verifier-key.ts";
import { openCheckpoint, type Checkpoint } from "./checkpoint.ts";

const FIRST_LINE = "c2sp.org/tlog-proof@v1";
/** A log of 2^53 entries has paths of 53 hashes. */
const MAX_PATH = 53;

/** Proof that an entry is in a log, to be checked without it (C2SP tlog-proof). */
export interface Receipt {
  readonly index: number;
  /** Lowest hash first; 32 bytes each. */
  readonly path: readonly Uint8Array[];
  /** A signed note. */
  readonly checkpoint: string;
  /** Carried along; nothing vouches for it. */
  readonly extra?: Uint8Array;
}

/** The text form of a receipt: a `.tlog-proof` file. */
export function receiptText({ index, path, checkpoint, extra }: Receipt): string {
  const lines = [
    FIRST_LINE,
    ...(extra === undefined ? [] : [`extra ${base64Of(extra)}`]),
    `index ${String(index)}`,
    ...path.map(base64Of),
  ];
  return `${lines.join("\n")}\n\n${checkpoint}`;
}

/** The receipt of its text form; nothing of it is proved yet. @throws CaioError `InvalidProof` */
export function parseReceipt(text: string): Receipt {
  const split = text.indexOf("\n\n");
  if (split < 0) throw refuse("no blank line before the checkpoint", "one");
  const [first, ...rest] = text.slice(0, split).split("\n");
  if (first !== FIRST_LINE) throw refuse("another first line", FIRST_LINE);
  const extra = rest[0]?.startsWith("extra ") === true ? requireBytes(rest.shift()?.slice(6)) : undefined;
  const index = /^index (?<index>0|[1-9][0-9]{0,15})$/.exec(rest.shift() ?? "")?.groups?.["index"];
  if (index === undefined || !Number.isSafeInteger(Number(index))) throw refuse("no line of the index", "index and a count");
  if (rest.length > MAX_PATH) throw refuse(`${String(rest.length)} hashes`, `at most ${String(MAX_PATH)}`);
  const path = rest.map((line) => requireBytes(line, 32));
  return { index: Number(index), path, checkpoint: text.slice(split + 2), ...(extra === undefined ? {} : { extra }) };
}

/**
 * Checks that the entry is at the receipt's index of the log whose checkpoint it holds.
 *
 * @returns the checkpoint
 * @throws CaioError `InvalidProof`
 */
export function verifyReceipt(
  { index, path, checkpoint }: Receipt,
  entry: Uint8Array | string,
  verifiers: readonly VerifierKey[],
  origin?: string,
): Checkpoint {
  const head = openCheckpoint(checkpoint, verifiers, origin);
  if (verifyInclusionPath(leafHash(entry), index, head.size, path, head.root)) return head;
  throw refuse("a path that does not lead from the entry to the root", `the path of entry ${String(index)} of ${String(head.size)}`);
}

function requireBytes(text: string | undefined, length?: number): Uint8Array {
  const bytes = bytesOfBase64(text ?? "");
  if (bytes !== undefined && (length === undefined || bytes.length === length)) return bytes;
  throw refuse("a line that is no base64 of its length", length === undefined ? "base64" : "base64 of 32 bytes");
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Receipt: found ${found}, expected ${expected}.`, { details: { found, expected } });
}
