import type { JsonObject } from "@caio/core";
import type { ServiceEntry } from "@caio/registry";
import { ruleModel, ruleService, type RequestRules, type RuleEngine } from "@caio/rules";

import { sieve, type Pair, type Sieved } from "../pair.ts";

interface CandidateViews {
  readonly service: JsonObject;
  readonly model: JsonObject;
}

/** What rules see of a pair depends on its contract alone, and lives as long as its registry entry. */
const views = new WeakMap<ServiceEntry, Map<string | null, CandidateViews>>();

/** Step 2: the pairs that every fired rule admits, with what rules prefer of them (calculus §3). */
export function applyRules<T extends Pair>(
  pairs: readonly T[],
  engine: RuleEngine,
  requestRules: RequestRules,
): Sieved<T & { readonly preferMicros: number }> {
  return sieve(2, pairs, (pair) => {
    const { service, model } = viewsOf(pair);
    const { rejectedBy, preferMicros } = engine.evaluateCandidate(requestRules, service, model);
    if (rejectedBy === undefined) return { pass: { ...pair, preferMicros } };
    const { ruleId, reason, why, message } = rejectedBy;
    return { fall: { clause: `rule:${ruleId}`, evidence: { rule: ruleId, reason, why, message } } };
  });
}

function viewsOf(pair: Pair): CandidateViews {
  const known = views.get(pair.entry) ?? new Map<string | null, CandidateViews>();
  views.set(pair.entry, known);
  const kept = known.get(pair.model);
  if (kept !== undefined) return kept;
  const model = pair.entry.contract.models.find(({ id }) => id === pair.model) ?? null;
  const made = { service: ruleService(pair.entry.contract, model), model: ruleModel(model) };
  known.set(pair.model, made);
  return made;
}
