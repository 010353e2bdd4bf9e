import type { Digest } from "@caio/core";
import type { TraceabilitySystem } from "@caio/traceability";

type VersionKind = "registry" | "policy" | "history";

/** A version of R, P or H by number and digest (or root). */
interface Version {
  readonly version: number;
  readonly digest: Digest;
}

/**
 * Logs every version before a decision names it (certificate §7), once: a registry view per tenant, policy and history for
 * all.
 */
export class VersionLog {
  readonly #traces: TraceabilitySystem;
  readonly #last = new Map<string, { readonly version: Version; readonly index: Promise<number> }>();

  constructor(traces: TraceabilitySystem) {
    this.#traces = traces;
  }

  /** The place of the version in the log. Logs it if it is not there yet. */
  indexOf(kind: VersionKind, tenant: string | null, version: Version): Promise<number> {
    const key = `${kind} ${tenant ?? ""}`;
    const last = this.#last.get(key);
    if (last?.version.digest === version.digest && last.version.version === version.version) return last.index;
    const parent = last?.version.digest ?? null;
    const index = this.#traces.append({ kind, tenant, body: { ...version, parent } }).then((receipt) => receipt.index);
    this.#last.set(key, { version, index });
    // A version that could not be logged is tried again.
    index.catch(() => this.#last.delete(key));
    return index;
  }
}
