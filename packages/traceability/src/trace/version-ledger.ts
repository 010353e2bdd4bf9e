import { CaioError, type Digest } from "@caio/core";

import type { VersionBody, VersionKind } from "../log/log-entry.ts";
import type { LogReceipt } from "./log-writer.ts";

/** A version by number and digest or root. */
export type LoggedVersion = Pick<VersionBody, "version" | "digest">;

interface Known extends LoggedVersion {
  readonly receipt: LogReceipt;
}

/** Versions of one kind and tenant that are remembered; of H there may be ten a second. Below half of them none is forgotten. */
const MAX_KNOWN = 8192;

/** Which versions of R, P and H are in the log, and where: all of them, or the newest of very many. */
export class VersionLedger {
  /** By kind and tenant, in order of their numbers. */
  readonly #known = new Map<string, Known[]>();
  /** By kind and tenant: the greatest number that was forgotten. */
  readonly #forgotten = new Map<string, number>();

  /** Notes a version that has its place. */
  note(kind: VersionKind, tenant: string | null, { version, digest }: LoggedVersion, receipt: LogReceipt): void {
    const key = keyOf(kind, tenant);
    const known = this.#known.get(key) ?? [];
    this.#known.set(key, known);
    known.splice(countBelow(known, version), 0, { version, digest, receipt });
    if (known.length <= MAX_KNOWN) return;
    const last = known.splice(0, MAX_KNOWN / 2).at(-1);
    if (last !== undefined) this.#forgotten.set(key, last.version);
  }

  /** Forgets the versions from that index on: they did not become durable. */
  forgetFrom(logIndex: number): void {
    for (const [key, known] of this.#known) this.#known.set(key, known.filter(({ receipt }) => receipt.logIndex < logIndex));
  }

  /**
   * Where a version is logged, undefined if it is not.
   *
   * @throws CaioError `IntegrityViolation` if that number was logged with another digest, or is so far behind that it was forgotten.
   */
  find(kind: VersionKind, tenant: string | null, { version, digest }: LoggedVersion): LogReceipt | undefined {
    const key = keyOf(kind, tenant);
    const forgotten = this.#forgotten.get(key);
    if (forgotten !== undefined && version <= forgotten) throw tooOld(kind, version, forgotten + 1);
    const known = this.#known.get(key) ?? [];
    const found = known[countBelow(known, version)];
    if (found?.version !== version) return undefined;
    if (found.digest === digest) return found.receipt;
    throw new CaioError(
      "IntegrityViolation",
      `Version ${String(version)} of the ${kind} is logged with digest ${found.digest}, now found ${digest}. Number every change.`,
      { details: { kind, version, logged: found.digest, found: digest } },
    );
  }

  /** Digest of the greatest logged version below this one, null if there is none. */
  parentOf(kind: VersionKind, tenant: string | null, version: number): Digest | null {
    const known = this.#known.get(keyOf(kind, tenant)) ?? [];
    return known[countBelow(known, version) - 1]?.digest ?? null;
  }
}

function tooOld(kind: VersionKind, found: number, oldest: number): CaioError<"IntegrityViolation"> {
  const message = `Version ${String(found)} of the ${kind} is far behind the newest; those from ${String(oldest)} on are remembered. Decide on a newer one.`;
  return new CaioError("IntegrityViolation", message, { details: { kind, found, oldest } });
}

/** How many versions are smaller; versions come in order, so this looks from the end. */
function countBelow(known: readonly Known[], version: number): number {
  return known.findLastIndex((each) => each.version < version) + 1;
}

function keyOf(kind: VersionKind, tenant: string | null): string {
  return tenant === null ? kind : `${kind}/${tenant}`;
}
