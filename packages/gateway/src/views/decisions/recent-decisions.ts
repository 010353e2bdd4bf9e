import type { Certificate, PlanCertificate, TraceabilitySystem } from "@caio/traceability";

import { certifiedSummary, summaryOf, type CertifiedSummary, type DecisionSummary } from "./decision-summary.ts";

/** Which decisions are wanted. */
export interface RecentQuery {
  /** Absent: of all. */
  readonly tenant?: string | undefined;
  readonly service?: string | undefined;
  readonly outcome?: "chosen" | "refused" | undefined;
  /** Only decisions before this index of the log. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A page of decisions, the newest first. */
export interface RecentPage {
  readonly decisions: readonly DecisionSummary[];
  /** Where the next page begins (`before`); null: there are no more. A page may be short, or empty, and yet have one. */
  readonly next: number | null;
}

/** Entries of the log that one page looks at, at most: a filter that little meets is a matter of several pages. */
const MAX_ENTRIES = 20_000;
/** Characters of certificates that are read for one page, at most: they may be of a thousand pairs each. */
const MAX_TEXT = 8_000_000;
/** Certified parts that are kept, about a kilobyte each. They never change. */
const MAX_KEPT = 2_000;
/** Decisions that are read at once. */
const AT_ONCE = 50;

/** What of a log is read for it. */
export type DecisionLog = Pick<TraceabilitySystem, "head" | "newest" | "tracesAt" | "certificatesAt">;

/**
 * Recent decisions as the log and its store have them, so also those from before a restart. A page costs what its decisions cost, however
 * long the log is.
 */
export class RecentDecisions {
  readonly #log: DecisionLog;
  /** By index of the log; the one used longest ago comes first. */
  readonly #certified = new Map<number, CertifiedSummary>();

  constructor(log: DecisionLog) {
    this.#log = log;
  }

  /** The newest decisions that meet the query. What is past its retention is left out. */
  async page({ tenant, service, outcome, before, limit }: RecentQuery): Promise<RecentPage> {
    const end = Math.min(before ?? Infinity, this.#log.head.size);
    const floor = Math.max(-1, end - MAX_ENTRIES - 1);
    const terms = { ...(tenant === undefined ? {} : { tenant }), ...(service === undefined ? {} : { service }), ...(outcome === "refused" ? { service: null } : {}) };
    const decisions: DecisionSummary[] = [];
    let text = 0;
    let place = end;
    // A refusal names no service.
    if (service !== undefined && outcome === "refused") return { decisions, next: null };
    for (;;) {
      const asked = Math.min(AT_ONCE, limit);
      const indices = await this.#log.newest({ ...terms, after: floor, before: place, limit: asked });
      const read = await this.#summaries(indices);
      for (const [at, index] of indices.entries()) {
        place = index;
        const { summary, size } = read[at] ?? {};
        text += size ?? 0;
        if (summary !== undefined && (outcome === undefined || summary.outcome === outcome)) decisions.push(summary);
        if (decisions.length >= limit || text >= MAX_TEXT) return { decisions, next: place > 0 ? place : null };
      }
      if (indices.length < asked) return { decisions, next: floor >= 0 ? floor + 1 : null };
    }
  }

  async #summaries(indices: readonly number[]): Promise<readonly { readonly summary?: DecisionSummary; readonly size: number }[]> {
    const unread = indices.filter((index) => !this.#certified.has(index));
    const [traces, certificates] = await Promise.all([this.#log.tracesAt(indices), this.#log.certificatesAt(unread)]);
    const texts = new Map(unread.map((index, at) => [index, certificates[at]]));
    return indices.map((index, at) => {
      const trace = traces[at];
      const text = texts.get(index);
      if (trace === undefined) return { size: 0 };
      const certified = this.#certified.get(index) ?? certifiedSummary(text === undefined ? undefined : (JSON.parse(text) as Certificate | PlanCertificate));
      this.#keep(index, certified);
      return { summary: summaryOf(trace, certified), size: text?.length ?? 0 };
    });
  }

  #keep(index: number, certified: CertifiedSummary): void {
    this.#certified.delete(index);
    this.#certified.set(index, certified);
    if (this.#certified.size <= MAX_KEPT) return;
    const [oldest] = this.#certified.keys();
    if (oldest !== undefined) this.#certified.delete(oldest);
  }
}
