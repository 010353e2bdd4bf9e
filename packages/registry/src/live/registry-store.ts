import { CaioError, isCaioError } from "@caio/core";

import type { RegistryBatch } from "../snapshot/registry-edit.ts";

/**
 * Where the edits of a registry are kept. Several registries may share one store: the first to append an epoch wins, the
 * others get an error, take over what it appended and try again. A store that keeps text parses it as carefully as any door.
 */
export interface RegistryStore {
  /** The batches after epoch `after`, in order, without holes. */
  load(after: number): Promise<readonly RegistryBatch[]>;
  /**
   * Keeps a batch durably before it resolves.
   *
   * @throws CaioError as `epochTaken` makes it if its epoch does not follow the last one.
   */
  append(batch: RegistryBatch): Promise<void>;
}

/** Keeps the edits in memory, as copies: for tests, and where a registry need not outlive its process. */
export class MemoryRegistryStore implements RegistryStore {
  readonly #batches: RegistryBatch[] = [];

  load(after: number): Promise<readonly RegistryBatch[]> {
    return Promise.resolve(structuredClone(this.#batches.slice(after)));
  }

  append(batch: RegistryBatch): Promise<void> {
    const expected = this.#batches.length + 1;
    if (batch.epoch !== expected) return Promise.reject(epochTaken(batch.epoch, expected));
    this.#batches.push(structuredClone(batch));
    return Promise.resolve();
  }
}

const TAKEN = "epoch_taken";

/** The error for a batch that does not follow: another writer was faster. */
export function epochTaken(found: number, expected: number): CaioError<"IntegrityViolation"> {
  const message = `Found epoch ${String(found)}, expected ${String(expected)}. Another writer may have been faster: refresh and retry.`;
  return new CaioError("IntegrityViolation", message, { details: { found, expected, reason: TAKEN } });
}

/** Whether a store refused a batch because another writer was faster. */
export function isEpochTaken(error: unknown): boolean {
  return isCaioError(error) && error.details["reason"] === TAKEN;
}
