import { randomBytes } from "node:crypto";

import type { Outcome, Principal } from "@caio/contracts";
import { CaioError } from "@caio/core";
import type { ApprovalAnswer, ApprovalRequest } from "@caio/orchestrator";

import type { EventFeed } from "../event-feed.ts";
import { approverName, bindingOf, newApproval, notApproved, type Approval } from "./approval.ts";

/** What a desk works with. */
export interface ApprovalDeskPorts {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** How long an approval may be answered, and once it is given, be used, milliseconds. */
  readonly validMs: number;
  readonly feed: EventFeed;
  /** Puts into the log what a person said. */
  readonly log: (tenant: string, said: Outcome) => Promise<unknown>;
}

/** Approvals that are kept, and those that one caller may have waiting. */
const MAX_KEPT = 1000;
const MAX_WAITING = 50;

/**
 * Where decisions wait that a person must confirm. An approval is for one request of one caller to one service under one contract, for
 * one call, and for a time. Whoever asked cannot give it. It is kept in memory: what a restart takes has to be asked for again.
 */
export class ApprovalDesk {
  readonly #ports: ApprovalDeskPorts;
  readonly #approvals = new Map<string, Approval>();
  /** Those whose word is on its way into the log. */
  readonly #deciding = new Set<string>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #open = true;

  constructor(ports: ApprovalDeskPorts) {
    this.#ports = ports;
  }

  /** Whether a call may be made now. Never waits: one that may not is asked for, and its caller is told under which id. */
  judge(asked: ApprovalRequest): ApprovalAnswer {
    this.#expire();
    const { decisionId } = asked.decision;
    const binding = bindingOf(asked);
    const given = asked.reference === undefined ? undefined : this.#approvals.get(asked.reference);
    if (given?.binding === binding && given.status === "approved") {
      this.#turn(given, "used");
      return { approved: true, note: `approval ${given.id}` };
    }
    if (given?.binding === binding && given.status === "denied") return { approved: false, note: `approval ${given.id}`, error: notApproved(given, decisionId) };
    const waiting = [...this.#approvals.values()].find((one) => one.binding === binding && one.status === "pending") ?? this.#ask(asked);
    if (waiting === undefined) return { approved: false, error: tooMany(decisionId) };
    return { approved: false, note: `approval ${waiting.id}`, error: notApproved(waiting, decisionId) };
  }

  /** Those of a tenant, or of all; newest first. */
  list(tenant: string | undefined): readonly Approval[] {
    this.#expire();
    return [...this.#approvals.values()].filter(({ asker }) => tenant === undefined || asker.tenant === tenant).reverse();
  }

  find(id: string): Approval | undefined {
    this.#expire();
    return this.#approvals.get(id);
  }

  /**
   * What a person says. It counts once it is in the log.
   *
   * @throws CaioError `PermissionDenied` for whoever asked, `InvalidRequest` for one that is not pending, and what the log throws
   */
  async decide(approval: Approval, by: Principal, approved: boolean, reason?: string): Promise<void> {
    const { asker, decisionId, service, model } = approval;
    if (asker.subject === by.subject && asker.issuer === by.issuer) {
      throw new CaioError("PermissionDenied", "Whoever asked for an approval cannot decide on it. Let another key do so.", { details: { approval: approval.id } });
    }
    this.#pendingOnly(approval);
    const at = this.#ports.now();
    const word = `approval ${approval.id} ${approved ? "given" : "denied"} by ${approverName(by)}`;
    this.#deciding.add(approval.id);
    try {
      await this.#ports.log(asker.tenant, { decisionId, attempt: 1, service, model, endedAt: at, status: "cancelled", latencyUs: 0, reason: word, rewardMicros: 0 });
    } finally {
      this.#deciding.delete(approval.id);
    }
    approval.decided = { by: approverName(by), at, reason };
    this.#turn(approval, approved ? "approved" : "denied");
  }

  /** Resolves when a pending approval is so no longer, after the time given, or when nobody waits any more. True: it was decided. */
  async decided(id: string, waitMs: number, signal: AbortSignal): Promise<boolean> {
    const isPending = (): boolean => this.#approvals.get(id)?.status === "pending";
    if (isPending() && this.#open && !signal.aborted && waitMs > 0) {
      await new Promise<void>((resolve) => {
        const listeners = this.#listeners.get(id) ?? new Set();
        this.#listeners.set(id, listeners);
        const end = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", end);
          listeners.delete(end);
          if (listeners.size === 0) this.#listeners.delete(id);
          resolve();
        };
        const timer = setTimeout(end, waitMs);
        signal.addEventListener("abort", end, { once: true });
        listeners.add(end);
      });
    }
    const status = this.#approvals.get(id)?.status;
    return !signal.aborted && (status === "approved" || status === "denied");
  }

  /** Lets all go who wait. */
  close(): void {
    this.#open = false;
    for (const id of [...this.#listeners.keys()]) this.#wake(id);
  }

  #ask(asked: ApprovalRequest): Approval | undefined {
    const { subject, issuer, tenant } = asked.principal;
    const waiting = [...this.#approvals.values()].filter(({ status, asker }) => status === "pending" && asker.subject === subject && asker.issuer === issuer && asker.tenant === tenant);
    if (waiting.length >= MAX_WAITING || !this.#makeRoom()) return undefined;
    const askedAt = this.#ports.now();
    const made = newApproval(`apr-${randomBytes(16).toString("hex")}`, asked, { askedAt, expiresAt: askedAt + this.#ports.validMs });
    this.#approvals.set(made.id, made);
    this.#tell(made);
    return made;
  }

  /** Only what is over makes room for what is new. */
  #makeRoom(): boolean {
    if (this.#approvals.size < MAX_KEPT) return true;
    const over = [...this.#approvals.values()].find(({ status }) => status !== "pending" && status !== "approved");
    return over !== undefined && this.#approvals.delete(over.id);
  }

  #pendingOnly(approval: Approval): void {
    this.#expire();
    const { id, status } = approval;
    if (status === "pending" && !this.#deciding.has(id)) return;
    throw new CaioError("InvalidRequest", `Approval ${id} is ${status === "pending" ? "being decided" : status}; only a pending one can be decided.`, { details: { approval: id, status } });
  }

  #expire(): void {
    const now = this.#ports.now();
    for (const approval of this.#approvals.values()) {
      if (now < approval.expiresAt || this.#deciding.has(approval.id)) continue;
      if (approval.status === "pending" || approval.status === "approved") this.#turn(approval, "expired");
    }
  }

  #turn(approval: Approval, status: Approval["status"]): void {
    approval.status = status;
    this.#tell(approval);
    this.#wake(approval.id);
  }

  #wake(id: string): void {
    for (const listener of [...(this.#listeners.get(id) ?? [])]) listener();
  }

  #tell({ id, status, asker: { tenant }, service, decisionId }: Approval): void {
    this.#ports.feed.publish({ kind: "approval", tenant, details: { approval: id, status, service, decision_id: decisionId } });
  }
}

function tooMany(decision: string): CaioError<"ApprovalRequired"> {
  return new CaioError("ApprovalRequired", `Decision ${decision.slice(0, 12)} was not executed: a person has to approve it, and too many approvals wait already. Ask again later.`, {
    details: { decision, obligation: "human_approval", retry_after_s: 60 },
  });
}
