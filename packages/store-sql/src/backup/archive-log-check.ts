import { fromHex, isDigest, leafHash } from "@caio/core";

import { signedHeadOf, type SignedHead } from "../log/signed-head.ts";
import { TreeFrontier } from "../log/tree-frontier.ts";
import { badArchive, type ArchiveLog } from "./archive-format.ts";
import type { Cell } from "./archive-tables.ts";

/** Leaves that are hashed together. */
const BATCH = 512;

/** Hashes one log of an archive as it is read, and holds it against what the first line says of it. */
export class ArchiveLogCheck {
  readonly #place: string;
  readonly #log: ArchiveLog;
  readonly #signed: SignedHead | undefined;
  readonly #wanted: ReadonlySet<number>;
  readonly #roots = new Map<number, string>();
  #tree = TreeFrontier.empty;
  #leaves: Uint8Array[] = [];

  /** @param sizes - at which the root is wanted */
  constructor(log: ArchiveLog, sizes: readonly number[], place: string) {
    this.#place = place;
    this.#log = log;
    try {
      this.#signed = log.checkpoint === null ? undefined : signedHeadOf(log.checkpoint);
    } catch {
      throw badArchive(place, "a checkpoint that is none", "a signed note");
    }
    this.#wanted = new Set([...sizes, ...(this.#signed === undefined ? [] : [this.#signed.size])]);
    if (this.#wanted.has(0)) this.#roots.set(0, this.#tree.root);
  }

  /** Takes up the next entry: its text, or what is left of it. */
  add(index: Cell, text: Cell, leaf: Cell, place: string): void {
    const expected = this.#tree.size + this.#leaves.length;
    if (index !== expected) throw badArchive(place, `entry ${String(index)}`, `entry ${String(expected)}`);
    if (typeof text === "string") this.#leaves.push(leafHash(text));
    else if (isDigest(leaf)) this.#leaves.push(fromHex(leaf));
    else throw badArchive(place, "an entry without text and hash", "one of them");
    if (this.#leaves.length === BATCH || this.#wanted.has(expected + 1)) this.#hash();
  }

  /** Holds all of the log against its size, its root and its checkpoint. The root at a size that was wanted, if the log is that long. */
  end(): (size: number) => string | undefined {
    this.#hash();
    const { size, root } = this.#log;
    if (this.#tree.size !== size) throw badArchive(this.#place, `a log of ${String(this.#tree.size)} entries`, `${String(size)}, as its first line says`);
    if (this.#tree.root !== root) throw badArchive(this.#place, `a log with root ${this.#tree.root}`, `${root}, as its first line says`);
    const signed = this.#signed;
    if (signed !== undefined && this.#roots.get(signed.size) !== signed.root) throw badArchive(this.#place, "a log that its checkpoint is not of", `root ${signed.root} at ${String(signed.size)} entries`);
    return (wanted) => this.#roots.get(wanted);
  }

  #hash(): void {
    this.#tree = this.#tree.appendLeaves(this.#leaves);
    this.#leaves = [];
    if (this.#wanted.has(this.#tree.size)) this.#roots.set(this.#tree.size, this.#tree.root);
  }
}
