import { compareCandidates, type Candidate, type ExpectedValues, type FeatureVector, type Field, type Health, type History, type HistoryLeaf, type Outcome } from "@caio/contracts";
import { CaioError } from "@caio/core";

import type { LinUcb } from "./lin-ucb.ts";
import type { OnlineSettings } from "./online/online-settings.ts";
import { Teacher } from "./teacher.ts";

/** An outcome with the intent field that its decision was made on. */
export interface LearnedOutcome {
  readonly outcome: Outcome;
  readonly intent: Field;
  /** What learning saw of the text, where the encoder shows it. */
  readonly features?: FeatureVector;
  /** What a fitted model expected of the pairs: online learning is of what it did not foresee. */
  readonly expected?: ExpectedValues;
  /** True: what a success was worth somebody is expected to say. It is counted, and no value is learned of it until then. */
  readonly waits?: boolean;
  /** Length of the prompt, where it is known: costs are kept by it. */
  readonly inputTokens?: number;
}

/** What feedback says that a decision was worth, with the intent field that it was made on. */
export interface LearnedReward {
  /** What the decision chose. */
  readonly pair: Candidate;
  /** The reward that H has learned of this decision, micros; null: none yet. */
  readonly fromMicros: number | null;
  /** The reward that it has from now on. */
  readonly toMicros: number;
  readonly intent: Field;
  /** What learning saw of the text, where the encoder shows it. */
  readonly features?: FeatureVector;
  /** What a fitted model expected of the pairs. */
  readonly expected?: ExpectedValues;
}

/** How a batch is learned. */
export interface AdvanceOptions {
  /** A `LinUcb` with the defaults unless said. */
  readonly bandit?: LinUcb;
  /** Learns values online beside LinUCB, in every leaf that an outcome comes to. Without it only leaves that have an online value already go on, with the defaults. */
  readonly online?: OnlineSettings;
  /** λ of `updateMemory`. */
  readonly memoryDecayMicros?: number;
  /** The health of a leaf after its outcomes. Without it health stays what it was. */
  readonly healthOf?: (leaf: HistoryLeaf, outcomes: readonly Outcome[]) => Health;
}

/**
 * The version of H that follows from a batch of outcomes: a new value, the old one untouched (calculus §9).
 *
 * Outcomes are learned in the order given. Every outcome counts except a cancelled one, which says nothing of the service;
 * of those that count, all but successes are violations: a service that only fails must not look safer for it. A reward changes what was
 * learned of its decision, or is the first that is learned of it; it counts as no outcome, since it is not the service that acted.
 *
 * @throws CaioError `InvalidField`, `InvalidHistory`
 *
 * @example
 * ```ts
 * import { advanceHistory, HashingEncoder } from "@caio/control";
 *
 * const next = advanceHistory({ version: 7, leaves: [] }, [
 *   {
 *     intent: new HashingEncoder().encode("translate this letter"),
 *     outcome: {
 *       service: "translator", model: null, decisionId: "0".repeat(64), attempt: 1, endedAt: 1_764_000_000_000,
 *       status: "success", latencyUs: 12_000, rewardMicros: 900_000,
 *     },
 *   },
 * ]);
 * next.version; // 8
 * ```
 */
export function advanceHistory(
  history: History,
  batch: readonly (LearnedOutcome | LearnedReward)[],
  options: AdvanceOptions = {},
): History {
  if (!Number.isSafeInteger(history.version + 1)) {
    throw new CaioError("InvalidHistory", `Found history version ${String(history.version)}, expected a safe integer.`);
  }
  const teacher = new Teacher(options);
  const leaves = new Map(history.leaves.map((leaf) => [keyOf(leaf), leaf]));
  const seen = new Map<string, Outcome[]>();
  for (const each of batch) {
    if (!("outcome" in each)) {
      const key = keyOf(each.pair);
      leaves.set(key, teacher.reward(leaves.get(key) ?? emptyLeaf(each.pair), each));
      continue;
    }
    const { outcome } = each;
    if (outcome.status === "cancelled") continue;
    const key = keyOf(outcome);
    const leaf = teacher.learn(leaves.get(key) ?? emptyLeaf(outcome), each);
    leaves.set(key, leaf);
    seen.set(key, [...(seen.get(key) ?? []), outcome]);
  }
  const { healthOf } = options;
  const judged = [...leaves].map(([key, leaf]) => {
    const outcomes = seen.get(key);
    return healthOf === undefined || outcomes === undefined ? leaf : { ...leaf, health: healthOf(leaf, outcomes) };
  });
  return { ...history, version: history.version + 1, leaves: judged.sort(compareCandidates) };
}

function emptyLeaf({ service, model }: Candidate): HistoryLeaf {
  return { service, model, health: "healthy", promises: [], outcomes: 0, violations: 0 };
}

function keyOf({ service, model }: Candidate): string {
  return JSON.stringify([service, model]);
}
