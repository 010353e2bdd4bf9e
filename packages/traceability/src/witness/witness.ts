import { isCaioError } from "@caio/core";

import { compareCheckpoints } from "../audit/compare-checkpoints.ts";
import { openCheckpoint, parseCheckpoint, type Checkpoint } from "../notes/checkpoint.ts";
import { cosignCheckpoint } from "../notes/cosignature.ts";
import { readNote } from "../notes/signed-note.ts";
import type { NoteSigner } from "../signing/key-ring.ts";
import type { VerifierKey } from "../signing/verifier-key.ts";
import type { WitnessMemory } from "./witness-memory.ts";

/** A log that is watched, as its newest checkpoint shows it. */
export interface WatchedLog {
  readonly origin: string;
  /** Keys that may sign its checkpoints. */
  readonly verifiers: readonly VerifierKey[];
  /** The newest signed checkpoint. */
  readonly note: string;
  /** Proof that `second` entries continue `first` (RFC 9162 §2.1.4). What is wrong with it shows; it may come from the log itself. */
  readonly consistency: (first: number, second: number) => Promise<readonly Uint8Array[]>;
}

/**
 * Why a checkpoint was not cosigned:
 *
 * - `unsigned`: no key of the log signed it, or it is no checkpoint of this log
 * - `rollback`: the log shows fewer entries than it had
 * - `fork`: what it shows does not continue what it showed
 */
export type WitnessFindingKind = "unsigned" | "rollback" | "fork";

/** What is wrong with a log that another witness would not see. It stays until the log shows again that it continues what it was. */
export interface WitnessFinding {
  readonly kind: WitnessFindingKind;
  readonly origin: string;
  readonly message: string;
}

/** What became of one look at a log. */
export type WitnessVerdict =
  | { readonly kind: "cosigned"; readonly origin: string; readonly size: number; readonly note: string; /** A signature line. */ readonly line: string }
  /** Nothing new since the last time. */
  | { readonly kind: "unchanged"; readonly origin: string; readonly size: number }
  | ({ readonly kind: "refused" } & { readonly finding: WitnessFinding });

/**
 * Watches the logs of others and cosigns their checkpoints (C2SP tlog-cosignature): each as the largest consistent head that this witness
 * has seen of that log. What it vouched for is remembered before its word is given out, so that it never vouches for two histories.
 *
 * @example
 * ```ts
 * import { InMemoryWitnessMemory, Witness, type NoteSigner, type WatchedLog } from "@caio/traceability";
 *
 * declare const signer: NoteSigner;
 * declare const log: WatchedLog;
 *
 * const witness = new Witness(signer, new InMemoryWitnessMemory());
 * const verdict = await witness.look(log, 1_764_000_000); // seconds: the app says what time it is
 * ```
 */
export class Witness {
  readonly #signer: NoteSigner;
  readonly #memory: WitnessMemory;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(signer: NoteSigner, memory: WitnessMemory) {
    this.#signer = signer;
    this.#memory = memory;
  }

  /**
   * Holds the newest checkpoint of a log against the last that was vouched for.
   *
   * @param seconds - since 1970-01-01T00:00:00Z
   * @throws what `consistency` or the memory throws: then nothing is known of the log
   */
  look(log: WatchedLog, seconds: number): Promise<WitnessVerdict> {
    const verdict = this.#turn.then(() => this.#look(log, seconds));
    this.#turn = verdict.catch(() => undefined);
    return verdict;
  }

  async #look({ origin, verifiers, note, consistency }: WatchedLog, seconds: number): Promise<WitnessVerdict> {
    const shown = opened(note, verifiers, origin);
    if (typeof shown === "string") return refused("unsigned", origin, shown);
    const known = await this.#memory.load(origin);
    const before = known === undefined ? undefined : parseCheckpoint(readNote(known.note).text);
    if (before !== undefined && shown.size < before.size) {
      return refused("rollback", origin, `The log shows ${String(shown.size)} entries; it had ${String(before.size)}, and its checkpoint of them is kept here. Restore it from a copy that continues that checkpoint.`);
    }
    if (before !== undefined && isSame(before, shown)) return { kind: "unchanged", origin, size: shown.size };
    if (before !== undefined && before.size > 0) {
      const proof = before.size === shown.size ? [] : await consistency(before.size, shown.size);
      const fork = compareCheckpoints(before, shown, proof);
      if (fork !== undefined) return refused("fork", origin, `${fork.message} The checkpoint of ${String(before.size)} entries is kept here.`);
    }
    const line = cosignCheckpoint(note, this.#signer, seconds);
    await this.#memory.save({ origin, note });
    return { kind: "cosigned", origin, size: shown.size, note, line };
  }
}

function opened(note: string, verifiers: readonly VerifierKey[], origin: string): Checkpoint | string {
  try {
    return openCheckpoint(note, verifiers, origin);
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return error.message;
  }
}

function isSame(one: Checkpoint, other: Checkpoint): boolean {
  return one.size === other.size && Buffer.compare(one.root, other.root) === 0;
}

function refused(kind: WitnessFindingKind, origin: string, message: string): WitnessVerdict {
  return { kind: "refused", finding: { kind, origin, message } };
}
