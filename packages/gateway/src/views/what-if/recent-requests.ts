import { rememberedJson, type Digest } from "@caio/core";
import type { Request } from "@caio/contracts";
import type { DecidedRequest, DecisionInputs, HistorySnapshot } from "@caio/orchestrator";

/** A request with all that it was decided from, and the digest of the certificate that came of it. */
export interface RecentRequest {
  readonly request: Request;
  readonly inputs: DecisionInputs;
  readonly decisionId: Digest;
  readonly certificateDigest: Digest;
  /** Characters that it takes, about. */
  readonly size: number;
}

/** Characters of texts and payloads that are kept of all requests, and of one: a greater one is not kept. */
const MOST_TEXT = 8_000_000;
const MOST_OF_ONE = 400_000;
/** Leaves of all versions of H that are kept with them, about 2 kB each. */
const MOST_LEAVES = 20_000;

/**
 * The last requests that were decided, with everything needed to decide them again: in memory alone, and of bounded size. Fallbacks and
 * steps of plans are not among them, since what went before them would be another thing, too.
 */
export class RecentRequests {
  readonly #most: number;
  /** Oldest first. */
  #kept: RecentRequest[] = [];
  #text = 0;
  /** How many requests were decided on each version of H. */
  readonly #histories = new Map<HistorySnapshot, number>();
  #leaves = 0;

  /** @param most - how many; 0: none is kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many there are. */
  get size(): number {
    return this.#kept.length;
  }

  note({ request, inputs, decision }: DecidedRequest): void {
    if (this.#most === 0 || request.lineage !== undefined) return;
    const size = sizeOf(request);
    if (size > MOST_OF_ONE) return;
    const { decisionId, certificateDigest } = decision;
    this.#kept.push({ request, inputs, decisionId, certificateDigest, size });
    this.#text += size;
    const { snapshot } = inputs.history;
    const users = this.#histories.get(snapshot) ?? 0;
    if (users === 0) this.#leaves += snapshot.history.leaves.length;
    this.#histories.set(snapshot, users + 1);
    while (this.#kept.length > this.#most || this.#text > MOST_TEXT || (this.#leaves > MOST_LEAVES && this.#histories.size > 1)) this.#dropOldest();
  }

  /** The newest first. @param tenant - only of this one; undefined: of all */
  newest(count: number, tenant?: string): readonly RecentRequest[] {
    const seen = tenant === undefined ? this.#kept : this.#kept.filter(({ request }) => request.principal.tenant === tenant);
    return seen.slice(-count).reverse();
  }

  /** @param tenant - only of this one; undefined: of any */
  find(decisionId: Digest, tenant?: string): RecentRequest | undefined {
    return this.#kept.findLast((kept) => kept.decisionId === decisionId && (tenant === undefined || kept.request.principal.tenant === tenant));
  }

  #dropOldest(): void {
    const oldest = this.#kept.shift();
    if (oldest === undefined) return;
    this.#text -= oldest.size;
    const { snapshot } = oldest.inputs.history;
    const users = (this.#histories.get(snapshot) ?? 1) - 1;
    if (users > 0) {
      this.#histories.set(snapshot, users);
      return;
    }
    this.#histories.delete(snapshot);
    this.#leaves -= snapshot.history.leaves.length;
  }
}

/** The payload's text is remembered with it since its size was stamped. */
function sizeOf({ document: { intent, context, data } }: Request): number {
  const payload = data.payload === undefined ? 0 : typeof data.payload === "string" ? data.payload.length : 2 * rememberedJson(data.payload).length;
  return context.reduce((sum, { text }) => sum + text.length, payload + (intent.text?.length ?? 0));
}
