import type { Candidate, History, Outcome } from "@caio/contracts";
import { advanceHistory, HashingEncoder, intentFeatures, LinUcb, type LearnedOutcome, type LearnedReward } from "@caio/control";
import { scoreAt, type OutcomeTable } from "@caio/learning";

import { randomOf } from "../gateway/random.ts";

/** A stream of requests, each answered by one model, of which some answers are judged some requests later. */
export interface FeedbackPlay {
  readonly table: OutcomeTable;
  readonly requests: number;
  /** Share of the answers that somebody judges, 0 … 1. */
  readonly judged: number;
  /** Requests between an answer and what is said of it. */
  readonly delay: number;
  readonly seed: number;
  /** `learning.successes` of caio.yaml. */
  readonly successes: "count" | "wait";
}

/** c of the learned term, as a policy has it unless it says otherwise. */
const WIDTH_MICROS = 500_000;
const MICRO = 1_000_000;

/**
 * Mean score of the last half of the requests, 0 … 1, where each goes to the pair with the greatest learned value and H advances with every
 * outcome and every piece of feedback, as an orchestrator's does. Every call succeeds: nothing but feedback says which model is worth asking.
 */
export function playFeedback({ table, requests, judged, delay, seed, successes }: FeedbackPlay): number {
  const random = randomOf(seed);
  const encoder = new HashingEncoder();
  const bandit = new LinUcb();
  const pairs = table.models.map(({ id }): Candidate => ({ service: "models", model: id }));
  const waiting: ((LearnedReward & { readonly pair: Candidate }) | undefined)[] = [];
  let history: History = { version: 0, leaves: [] };
  let sum = 0;
  for (let number = 0; number < requests; number++) {
    const prompt = Math.floor(random() * table.prompts.length);
    const intent = encoder.encode(table.prompts[prompt] ?? "");
    const x = intentFeatures(intent);
    const values = pairs.map(({ model }) => {
      const learned = history.leaves.find((leaf) => leaf.model === model)?.learned;
      return bandit.value(learned ?? bandit.initial(), x, WIDTH_MICROS);
    });
    const best = Math.max(...values);
    const ties = values.flatMap((value, at) => (value === best ? [at] : []));
    const chosen = ties[Math.floor(random() * ties.length)] ?? 0;
    const pair = pairs[chosen] ?? { service: "models", model: null };
    const score = scoreAt(table, prompt, chosen);
    if (number >= requests / 2) sum += score;
    const outcome: Outcome = { ...pair, decisionId: String(number), attempt: 1, endedAt: number, status: "success", latencyUs: 1, rewardMicros: MICRO };
    const fromMicros = successes === "count" ? MICRO : null;
    waiting.push(random() < judged ? { pair, fromMicros, toMicros: Math.round(score * MICRO), intent } : undefined);
    const said = waiting.length > delay ? waiting.shift() : undefined;
    const batch: (LearnedOutcome | LearnedReward)[] = [{ outcome, intent, ...(successes === "wait" ? { waits: true } : {}) }, ...(said === undefined ? [] : [said])];
    history = advanceHistory(history, batch);
  }
  return sum / (requests - Math.ceil(requests / 2));
}
