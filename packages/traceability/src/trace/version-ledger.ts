import { CaioError, type Digest } from "@caio/core";

import type { VersionBody, VersionKind } from "../log/log-entry.ts";
import type { LogReceipt } from "./log-writer.ts";

/** A version by number and digest or root. */
export type LoggedVersion = Pick<VersionBody, "version" | "digest">;

interface Known extends LoggedVersion {
  readonly receipt: LogReceipt;
}

/** Which versions of R, P and H are in the log, and where. */
export class VersionLedger {
  /** By kind and tenant, in order of their numbers. */
  readonly #known = new Map<string, Known[]>();

  /** Notes a version that has its place. */
  note(kind: VersionKind, tenant: string | null, { version, digest }: LoggedVersion, receipt: LogReceipt): void {
    const key = keyOf(kind, tenant);
    const known = this.#known.get(key) ?? [];
    this.#known.set(key, known);
    known.splice(countBelow(known, version), 0, { version, digest, receipt });
  }

  /** Forgets the versions from that index on: they did not become durable. */
  forgetFrom(logIndex: number): void {
    for (const [key, known] of this.#known) this.#known.set(key, known.filter(({ receipt }) => receipt.logIndex < logIndex));
  }

  /**
   * Where a version is logged, undefined if it is not.
   *
   * @throws CaioError `IntegrityViolation` if that number was logged with another digest.
   */
  find(kind: VersionKind, tenant: string | null, { version, digest }: LoggedVersion): LogReceipt | undefined {
    const known = this.#known.get(keyOf(kind, tenant)) ?? [];
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

/** How many versions are smaller; versions come in order, so this looks from the end. */
function countBelow(known: readonly Known[], version: number): number {
  return known.findLastIndex((each) => each.version < version) + 1;
}

function keyOf(kind: VersionKind, tenant: string | null): string {
  return tenant === null ? kind : `${kind}/${tenant}`;
}
