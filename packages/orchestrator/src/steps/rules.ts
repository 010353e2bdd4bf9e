import type { RequestRules, RuleEngine } from "@caio/rules";

import { sieve, type Sieved, type Standing } from "../pair.ts";

/** A pair that every fired rule admits, with what rules prefer of it. */
export interface Preferred extends Standing {
  readonly preferMicros: number;
}

/** Step 2: the pairs that every fired rule admits (calculus §3). */
export function applyRules(standing: readonly Standing[], engine: RuleEngine, requestRules: RequestRules): Sieved<Preferred> {
  return sieve<Standing, Preferred>(2, standing, ({ pair }) => {
    const { service, model } = pair.terms.views;
    const { rejectedBy, preferMicros } = engine.evaluateCandidate(requestRules, service, model);
    if (rejectedBy === undefined) return { pair, preferMicros };
    const { ruleId, reason, why, message } = rejectedBy;
    return { clause: `rule:${ruleId}`, evidence: { rule: ruleId, reason, why, message } };
  });
}
