import { CaioError, toHex } from "@caio/core";

import type { TreeHead } from "../log/merkle-log.ts";
import type { KeyRing } from "../signing/key-ring.ts";
import { openCheckpoint, signCheckpoint, type Checkpoint } from "./checkpoint.ts";
import type { CheckpointStore, SignedCheckpoint } from "./checkpoint-store.ts";

/** A log whose heads are signed: `TraceabilitySystem` is one. */
export interface HeadSource {
  /** Size and root of the whole log, or of its first `size` entries. @throws CaioError `InvalidProof` past the end. */
  headAt(size?: number): TreeHead;
}

/** What a signer works with. Its origin is the name of the ring's signer. */
export interface CheckpointSignerOptions {
  readonly log: HeadSource;
  readonly keys: KeyRing;
  readonly store: CheckpointStore;
  /** `signIfDue` signs at most this often, milliseconds. */
  readonly intervalMs: number;
}

/**
 * Signs the heads of a log: one signature per checkpoint, however many entries came since. It never signs a log that does not
 * continue the one it signed last, and what it signs is durable before it is given out.
 *
 * @example
 * ```ts
 * import { CheckpointSigner, InMemoryCheckpointStore, type KeyRing, type TraceabilitySystem } from "@caio/traceability";
 *
 * declare const log: TraceabilitySystem;
 * declare const keys: KeyRing;
 *
 * const signer = await CheckpointSigner.open({ log, keys, store: new InMemoryCheckpointStore(), intervalMs: 1000 });
 * await signer.signIfDue(1_764_000_000_000); // the app says what time it is
 * ```
 */
export class CheckpointSigner {
  readonly #options: CheckpointSignerOptions;
  #keys: KeyRing;
  #latest: SignedCheckpoint | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: CheckpointSignerOptions) {
    this.#options = options;
    this.#keys = options.keys;
  }

  /**
   * A signer that continues from what the store holds.
   *
   * @throws CaioError `InvalidProof` if no key of the ring signed that, `IntegrityViolation` if the log does not continue it.
   */
  static async open(options: CheckpointSignerOptions): Promise<CheckpointSigner> {
    const signer = new CheckpointSigner(options);
    signer.#latest = await options.store.load();
    signer.#requireContinued();
    return signer;
  }

  /** The newest checkpoint that was signed, null if there is none yet. */
  get latest(): SignedCheckpoint | null {
    return this.#latest;
  }

  /** Signs with this ring from now on. It must still hold the key of the newest checkpoint, and have the same name. */
  useKeys(keys: KeyRing): void {
    if (keys.signer.name !== this.#keys.signer.name) {
      const [found, expected] = [keys.signer.name, this.#keys.signer.name];
      throw new CaioError("InvalidProof", `Found a key for ${found}, expected one for ${expected}: a log keeps its name.`);
    }
    this.#keys = keys;
  }

  /**
   * A checkpoint of the whole log: the newest one again if nothing was appended since and the key is the same.
   *
   * @param now - milliseconds since 1970-01-01T00:00:00Z
   * @throws CaioError `IntegrityViolation` if the log does not continue what was signed last.
   */
  sign(now: number): Promise<SignedCheckpoint> {
    return this.#inTurn(() => this.#sign(now));
  }

  /** As `sign`, but undefined if the newest checkpoint is younger than the interval or says all there is. */
  signIfDue(now: number): Promise<SignedCheckpoint | undefined> {
    return this.#inTurn(async () => {
      const latest = this.#latest;
      if (latest !== null && now - latest.signedAt < this.#options.intervalMs) return undefined;
      const signed = await this.#sign(now);
      return signed === latest ? undefined : signed;
    });
  }

  async #sign(now: number): Promise<SignedCheckpoint> {
    this.#requireContinued();
    const { signer } = this.#keys;
    const checkpoint: Checkpoint = { origin: signer.name, ...this.#options.log.headAt(), extensions: [] };
    // The signature is a function of key and text, so an equal note says that there is nothing new.
    const note = signCheckpoint(checkpoint, [signer]);
    if (this.#latest?.note === note) return this.#latest;
    const signed = { note, signedAt: now };
    await this.#options.store.save(signed);
    this.#latest = signed;
    return signed;
  }

  #requireContinued(): void {
    if (this.#latest === null) return;
    const { verifiers, signer } = this.#keys;
    const { size, root } = openCheckpoint(this.#latest.note, verifiers, signer.name);
    const { log } = this.#options;
    const now = log.headAt();
    if (now.size < size) throw forked(`The log has ${String(now.size)} entries, but a checkpoint of ${String(size)} is signed.`, size);
    const found = toHex(log.headAt(size).root);
    if (found === toHex(root)) return;
    throw forked(`The first ${String(size)} entries have root ${found}, but ${toHex(root)} is signed.`, size);
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function forked(found: string, size: number): CaioError<"IntegrityViolation"> {
  const message = `${found} Signing would fork the log: restore it from a copy that continues that checkpoint.`;
  return new CaioError("IntegrityViolation", message, { details: { signed_size: size } });
}
