import type { DecisionBody, VersionReference } from "../certificate/decision-body.ts";
import type { LogEntry, VersionBody, VersionKind } from "../log/log-entry.ts";
import type { AuditFinding } from "./audit-finding.ts";

interface Logged extends VersionReference {
  readonly logIndex: number;
}

/** Which versions a log holds, and whether what its decisions name was the newest of them. */
export class VersionAudit {
  readonly #slack: number;
  /** By kind and tenant, in order of their numbers. */
  readonly #logged = new Map<string, Logged[]>();

  /** @param slack - entries that may lie between a version and a later decision that names the one before it */
  constructor(slack: number) {
    this.#slack = slack;
  }

  /** Takes up a version and says what is wrong with it. */
  version(logIndex: number, entry: Extract<LogEntry, { kind: VersionKind }>): readonly AuditFinding[] {
    const { kind, tenant, body } = entry;
    const known = this.#versions(kind, tenant);
    const below = known.findLastIndex(({ version }) => version < body.version);
    const same = known[below + 1]?.version === body.version ? known[below + 1] : undefined;
    if (same !== undefined) return [conflict(logIndex, kind, body, same)];
    const parent = known[below]?.digest ?? null;
    known.splice(below + 1, 0, { version: body.version, digest: body.digest, logIndex });
    if (body.parent === parent) return [];
    const message = `Version ${String(body.version)} of the ${kind} names parent ${body.parent ?? "null"}, expected ${parent ?? "null"}.`;
    return [{ kind: "broken_version", logIndex, related: known[below]?.logIndex ?? null, message }];
  }

  /** Says what is wrong with the versions that a decision names. */
  decision(logIndex: number, tenant: string, { inputs }: DecisionBody): readonly AuditFinding[] {
    return [
      ...this.#input(logIndex, "registry", tenant, inputs.registry),
      ...this.#input(logIndex, "policy", null, inputs.policy),
      ...this.#input(logIndex, "history", null, inputs.history),
    ];
  }

  #input(logIndex: number, kind: VersionKind, tenant: string | null, named: VersionReference): AuditFinding[] {
    const known = this.#versions(kind, tenant);
    const at = known.findLastIndex(({ version }) => version <= named.version);
    const what = `version ${String(named.version)} of the ${kind}`;
    const found = known[at];
    if (found?.version !== named.version || found.digest !== named.digest) {
      const message = `The decision names ${what} with digest ${named.digest}, which was not logged before it.`;
      return [{ kind: "input_not_logged", logIndex, related: null, message }];
    }
    const [newer] = known.slice(at + 1).sort((a, b) => a.logIndex - b.logIndex);
    if (newer === undefined || logIndex - newer.logIndex <= this.#slack) return [];
    const message = `The decision names ${what}, but version ${String(newer.version)} was logged at index ${String(newer.logIndex)} already.`;
    return [{ kind: "stale_input", logIndex, related: newer.logIndex, message }];
  }

  #versions(kind: VersionKind, tenant: string | null): Logged[] {
    const key = tenant === null ? kind : `${kind}/${tenant}`;
    const known = this.#logged.get(key) ?? [];
    this.#logged.set(key, known);
    return known;
  }
}

function conflict(logIndex: number, kind: VersionKind, body: VersionBody, before: Logged): AuditFinding {
  const also = before.digest === body.digest ? "with the same digest" : `with digest ${before.digest}, now ${body.digest}`;
  const message = `Version ${String(body.version)} of the ${kind} was logged at index ${String(before.logIndex)} already, ${also}.`;
  return { kind: "version_conflict", logIndex, related: before.logIndex, message };
}
