import { setImmediate as turn } from "node:timers/promises";

import { isCaioError } from "@caio/core";
import { caioRoute, type RoutingDecision } from "@caio/orchestrator";
import { z } from "zod";

import { changedDecision, changeOf, judgedOutcome, type ChangedDecision, type JudgedOutcome } from "./changed-decision.ts";
import { DraftedInputs, type Drafts } from "./drafts.ts";
import type { RecentRequest } from "./recent-requests.ts";

const count = z.int().min(0);

/** What drafts would have changed. */
export const judgement = z.strictObject({
  judged: count,
  /** False: the time was over before all were judged. */
  complete: z.boolean(),
  /** The time of the oldest that was judged, milliseconds; null: none was. */
  since: count.nullable(),
  /** Newest first. */
  changes: z.array(changedDecision),
  /** Decisions that did not come out as they were when they were decided again as they were: nothing is said of them. */
  unreproduced: z.array(z.string()),
  totals: z.strictObject({
    changed: count,
    other_pair: count,
    refused: count,
    admitted: count,
    other_refusal: count,
    /** The same pair at another score, or under another promise. */
    rescored: count,
    /** Worst cases of what is chosen, over all judged. */
    cost_micros: z.strictObject({ before: count, after: count }),
  }),
});
export type Judgement = z.output<typeof judgement>;

/** How long the event loop is kept at a time, and how long a judgement may take, microseconds. */
const TURN_US = 10_000;
const LONGEST_US = 2_000_000;

/**
 * Decides requests again, as they were and with drafts put in the place of what was there, and says which come out otherwise. Nothing is
 * executed, logged, learned or spent. Only what was decided the same again is compared, so that every difference is due to the drafts.
 *
 * @param nowUs - of a clock that does not go back
 * @throws CaioError `InvalidContract`, `InvalidPolicy` for drafts that cannot be put in place
 */
export async function judgeAgain(requests: readonly RecentRequest[], drafts: Drafts, nowUs: () => number): Promise<Judgement> {
  const inputs = new DraftedInputs(drafts);
  const tally = new Tally();
  const startUs = nowUs();
  let turnUs = startUs;
  for (const each of requests) {
    if (nowUs() - startUs > LONGEST_US) return tally.judgement(false);
    if (nowUs() - turnUs > TURN_US) {
      await turn();
      turnUs = nowUs();
    }
    const before = caioRoute(each.request, each.inputs);
    if (before.certificateDigest !== each.certificateDigest) tally.unreproduced(each);
    else tally.compared(each, before, decidedWith(each, inputs));
  }
  return tally.judgement(true);
}

/** A draft may break a request altogether: that is an answer, too. */
function decidedWith({ request, inputs }: RecentRequest, drafted: DraftedInputs): RoutingDecision | string {
  const world = drafted.of(inputs);
  try {
    return caioRoute(request, world);
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return error.code;
  }
}

class Tally {
  readonly #changes: ChangedDecision[] = [];
  readonly #unreproduced: string[] = [];
  #judged = 0;
  #since: number | null = null;
  #rescored = 0;
  readonly #cost = { before: 0, after: 0 };

  unreproduced({ decisionId, request }: RecentRequest): void {
    this.#unreproduced.push(decisionId);
    this.#count(request.now);
  }

  compared({ decisionId: id, request }: RecentRequest, before: RoutingDecision, after: RoutingDecision | string): void {
    this.#count(request.now);
    const place = { id, at: request.now, tenant: request.principal.tenant };
    const from = judgedOutcome(before);
    this.#cost.before += from.cost_micros ?? 0;
    if (typeof after === "string") {
      const to: JudgedOutcome = { ...from, outcome: "refused", code: after, service: null, model: null, score_pico: null, cost_micros: null, latency_us: null, explored: false };
      this.#changes.push({ ...place, kind: from.outcome === "chosen" ? "refused" : "other_refusal", from, to, why: [`The request could not be decided: ${after}.`], rejected: { before: null, after: null }, difference: { score_pico: null, cost_micros: null, latency_us: null } });
      return;
    }
    const to = judgedOutcome(after);
    this.#cost.after += to.cost_micros ?? 0;
    const change = changeOf(before, after);
    if (change !== undefined) this.#changes.push({ ...place, ...change });
    else if (JSON.stringify(from) !== JSON.stringify(to)) this.#rescored += 1;
  }

  judgement(complete: boolean): Judgement {
    const of = (kind: ChangedDecision["kind"]): number => this.#changes.filter((change) => change.kind === kind).length;
    return {
      ...{ judged: this.#judged, complete, since: this.#since, changes: this.#changes, unreproduced: this.#unreproduced },
      totals: { changed: this.#changes.length, other_pair: of("other_pair"), refused: of("refused"), admitted: of("admitted"), other_refusal: of("other_refusal"), rescored: this.#rescored, cost_micros: this.#cost },
    };
  }

  #count(at: number): void {
    this.#judged += 1;
    this.#since = at;
  }
}
