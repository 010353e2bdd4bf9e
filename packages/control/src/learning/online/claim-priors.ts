import { compareCandidates, type Candidate, type History, type HistoryLeaf, type LearnedValue, type ServiceContract } from "@caio/contracts";
import { CaioError, MICRO } from "@caio/core";

import { LinUcb } from "../lin-ucb.ts";
import type { OnlineSettings } from "./online-settings.ts";
import type { WithOnline } from "./online-update.ts";

/** What a pair that claims nothing counts as, once it has an outcome. */
const UNCLAIMED_WEIGHT = 2 * MICRO;

/** What is claimed of a pair: a competence, micros. */
export interface Claim extends Candidate {
  readonly micros: number;
}

/**
 * The competences that contracts claim, in (service, model) order. What says nothing claims nothing.
 *
 * @param fitted - what a fitted model has seen of pairs (`ValueEstimator.claims`): it is expected in place of what their contracts claim
 */
export function claimsOf(contracts: readonly ServiceContract[], fitted: readonly Claim[] = []): readonly Claim[] {
  const seen = new Map(fitted.map((claim) => [keyOf(claim), claim.micros]));
  return contracts
    .flatMap(({ serviceId, models }) => (models.length === 0 ? [{ id: null, competenceMicros: undefined }] : models).map(({ id, competenceMicros }) => ({ service: serviceId, model: id, micros: seen.get(keyOf({ service: serviceId, model: id })) ?? competenceMicros })))
    .filter((claim): claim is Claim => claim.micros !== undefined)
    .sort(compareCandidates);
}

/**
 * The version of H in which claims are what is expected (calculus §9): every pair that claims has an online value with its claim as the prior,
 * and the one that claims most (the first of equals) the lead. What outcomes taught stays; a claim that changed counts anew, in full. The same
 * object if there is nothing to say, else the next version. A leaf that LinUCB learned alone before is left as it is.
 *
 * @throws CaioError `InvalidHistory` for a version past the safe integers
 */
export function withClaims(history: History, claims: readonly Claim[], settings: OnlineSettings): History {
  const leaves = new Map(history.leaves.map((leaf) => [keyOf(leaf), leaf]));
  const most = claims.reduce((largest, { micros }) => Math.max(largest, micros), Number.NEGATIVE_INFINITY);
  const leader = claims.find(({ micros }) => micros === most);
  let changed = false;
  for (const claim of claims) {
    const before = leaves.get(keyOf(claim));
    const leadMicros = claim === leader ? settings.leadMicros : 0;
    const after = claimed(before ?? { service: claim.service, model: claim.model, health: "healthy", promises: [], outcomes: 0, violations: 0 }, claim.micros, leadMicros, settings);
    if (after === before) continue;
    leaves.set(keyOf(claim), after);
    changed = true;
  }
  if (!changed) return history;
  const version = history.version + 1;
  if (!Number.isSafeInteger(version)) throw new CaioError("InvalidHistory", `Found history version ${String(history.version)}, expected a safe integer.`);
  return { ...history, version, leaves: [...leaves.values()].sort(compareCandidates) };
}

/** An online value without outcomes, for a pair that claims nothing. */
export function beginOnline(learned: LearnedValue, settings: OnlineSettings): WithOnline {
  return { ...learned, online: emptyOnline({ micros: settings.unclaimedMicros, weightMicros: UNCLAIMED_WEIGHT, leadMicros: 0 }, settings) };
}

function claimed(leaf: HistoryLeaf, micros: number, leadMicros: number, settings: OnlineSettings): HistoryLeaf {
  const prior = { micros, weightMicros: settings.priorWeight * MICRO, leadMicros };
  if (leaf.learned === undefined) return { ...leaf, learned: { ...new LinUcb().initial(), online: emptyOnline(prior, settings) } };
  const { online } = leaf.learned;
  if (online === undefined || (online.prior.micros === micros && online.prior.leadMicros === leadMicros)) return leaf;
  const weightMicros = online.prior.micros === micros ? online.prior.weightMicros : prior.weightMicros;
  return { ...leaf, learned: { ...leaf.learned, online: { ...online, prior: { ...prior, weightMicros } } } };
}

function emptyOnline(prior: WithOnline["online"]["prior"], { likenessMicros, cautionMicros }: OnlineSettings): WithOnline["online"] {
  return {
    prior, likenessMicros, cautionMicros, weightMicros: 0, sumMicros: 0, cases: [], costs: [],
    errors: { levelMicros: 0, casesMicros: 0, linearMicros: 0 }, change: { aboveMicros: 0, belowMicros: 0 },
  };
}

function keyOf({ service, model }: Candidate): string {
  return JSON.stringify([service, model]);
}
