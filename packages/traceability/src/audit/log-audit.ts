import { isCaioError, toHex, type Digest } from "@caio/core";
import type { Candidate } from "@caio/contracts";

import { entryHash, type LogEntry } from "../log/log-entry.ts";
import { MerkleLog } from "../log/merkle-log.ts";
import { parseLogEntry } from "../log/parse-log-entry.ts";
import type { Checkpoint } from "../notes/checkpoint.ts";
import type { AuditFinding, AuditFindingKind } from "./audit-finding.ts";
import { VersionAudit } from "./version-audit.ts";

/** How strict an audit is. */
export interface AuditOptions {
  /**
   * How many entries may lie between a new version and a later decision that still names the one before it. A router that
   * decides several requests at once needs as many as may be under way; 0, the default, fits one that decides one by one.
   */
  readonly slack?: number;
}

interface DecisionSeen {
  readonly logIndex: number;
  readonly tenant: string;
  readonly selected: Candidate | null;
  /** The reward that the log has taught of it so far. */
  taughtMicros?: number;
}

/**
 * Reads a log from its beginning, piece by piece, and collects all that is wrong with it. It stops at nothing. Keep it to go on
 * where it ended when the log has grown.
 *
 * @example
 * ```ts
 * import { LogAudit, type Checkpoint } from "@caio/traceability";
 *
 * declare const entries: readonly string[];
 * declare const checkpoint: Checkpoint; // opened with a key that you trust
 *
 * const audit = new LogAudit();
 * audit.entries(entries);
 * audit.checkpoint(checkpoint);
 * audit.findings; // empty: the log is as it should be
 * ```
 */
export class LogAudit {
  readonly #tree = new MerkleLog();
  readonly #heads = new Map<string | null, Digest>();
  readonly #decisions = new Map<Digest, DecisionSeen>();
  readonly #versions: VersionAudit;
  readonly #findings: AuditFinding[] = [];
  #origin: string | undefined;

  constructor({ slack = 0 }: AuditOptions = {}) {
    this.#versions = new VersionAudit(slack);
  }

  /** How many entries were read. */
  get size(): number {
    return this.#tree.size;
  }

  /** Everything found so far. */
  get findings(): readonly AuditFinding[] {
    return [...this.#findings];
  }

  /** Takes up the entries that follow those read before, as they were logged. Never throws. */
  entries(texts: readonly string[]): void {
    for (const text of texts) this.#entry(this.#tree.append(text), text);
  }

  /** Holds a checkpoint against the entries read so far. Its signature is checked where it is opened. Never throws. */
  checkpoint({ origin, size, root }: Checkpoint): void {
    this.#origin ??= origin;
    if (origin !== this.#origin) this.#find("foreign_checkpoint", size, null, `A checkpoint of ${origin}, expected one of ${this.#origin}.`);
    if (size > this.size) {
      const message = `A checkpoint of ${String(size)} entries, but there are ${String(this.size)}.`;
      this.#find("missing_entries", size, null, message);
      return;
    }
    const expected = toHex(this.#tree.head(size).root);
    if (toHex(root) === expected) return;
    const message = `The checkpoint of ${String(size)} entries has root ${toHex(root)}, these entries have ${expected}.`;
    this.#find("fork", size, null, message);
  }

  #entry(logIndex: number, text: string): void {
    const entry = read(text);
    if (typeof entry === "string") {
      this.#find("unreadable_entry", logIndex, null, entry);
      return;
    }
    this.#link(logIndex, entry);
    this.#heads.set(entry.tenant, entryHash(text));
    if (entry.kind === "decision") this.#decision(logIndex, entry);
    else if (entry.kind === "outcome") this.#outcome(logIndex, entry);
    else if (entry.kind === "feedback") this.#feedback(logIndex, entry);
    else this.#findings.push(...this.#versions.version(logIndex, entry));
  }

  #link(logIndex: number, { tenant, prev }: LogEntry): void {
    const expected = this.#heads.get(tenant) ?? null;
    if (prev === expected) return;
    this.#find("broken_link", logIndex, null, `Found prev ${prev ?? "null"}, expected ${expected ?? "null"}.`);
  }

  #decision(logIndex: number, { tenant, body }: Extract<LogEntry, { kind: "decision" }>): void {
    const before = this.#decisions.get(body.decisionId);
    if (before !== undefined) {
      const message = `Decision ${body.decisionId} was logged at index ${String(before.logIndex)} already.`;
      this.#find("replayed_decision", logIndex, before.logIndex, message);
    }
    this.#decisions.set(body.decisionId, { logIndex, tenant, selected: body.selected });
    this.#findings.push(...this.#versions.decision(logIndex, tenant, body));
  }

  #outcome(logIndex: number, { body }: Extract<LogEntry, { kind: "outcome" }>): void {
    const decision = this.#decisions.get(body.decisionId);
    if (decision === undefined) {
      this.#find("outcome_without_decision", logIndex, null, `Decision ${body.decisionId} was not logged before its outcome.`);
      return;
    }
    const { selected } = decision;
    if (selected?.service === body.service && selected.model === body.model) return;
    const message = `An outcome of service ${body.service}, but the decision chose ${selected?.service ?? "none"}, or another model.`;
    this.#find("outcome_mismatch", logIndex, decision.logIndex, message);
  }

  #feedback(logIndex: number, { tenant, body: { decisionId, decidedBy, taught, service, model } }: Extract<LogEntry, { kind: "feedback" }>): void {
    const decision = this.#decisions.get(decisionId);
    if (decision === undefined) {
      if (decidedBy === null) this.#find("feedback_without_decision", logIndex, null, `Decision ${decisionId} was not logged before the feedback on it.`);
      return;
    }
    if (decision.tenant !== tenant) this.#find("feedback_mismatch", logIndex, decision.logIndex, `Feedback of tenant ${tenant} on a decision of ${decision.tenant}.`);
    if (service !== (decision.selected?.service ?? null) || model !== (decision.selected?.model ?? null)) {
      this.#find("feedback_mismatch", logIndex, decision.logIndex, `Feedback on service ${service ?? "none"}, but the decision chose ${decision.selected?.service ?? "none"}, or another model.`);
    }
    if (taught === null) return;
    const before = decision.taughtMicros;
    decision.taughtMicros = taught.toMicros;
    if (before === undefined || before === taught.fromMicros) return;
    this.#find("feedback_mismatch", logIndex, decision.logIndex, `The feedback teaches from ${String(taught.fromMicros)} micros, but ${String(before)} had been taught.`);
  }

  #find(kind: AuditFindingKind, logIndex: number, related: number | null, message: string): void {
    this.#findings.push({ kind, logIndex, related, message });
  }
}

/** The entry, or why it is none. */
function read(text: string): LogEntry | string {
  try {
    return parseLogEntry(text);
  } catch (error) {
    return isCaioError(error) ? error.message : "An entry that cannot be read.";
  }
}
