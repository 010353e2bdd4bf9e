import { refusalCodes, type RefusalCode } from "@caio/core";

import { referenceDecision } from "../reference/master-equation.ts";
import type { Admission, ReferenceDecision, World } from "../reference/world.ts";

/** How many of the worlds ended how. */
export interface WorldStatistics {
  readonly count: number;
  readonly chosen: number;
  readonly refused: Readonly<Record<RefusalCode, number>>;
  /** The best score is shared by two pairs or more. */
  readonly ties: number;
  readonly drawn: number;
  /** Drawn, and not the pair that would have been chosen. */
  readonly explored: number;
  readonly services: number;
  readonly pairs: number;
  /** Rejections by clause; every rule under `rule`. */
  readonly clauses: Readonly<Record<string, number>>;
}

export function worldStatistics(worlds: Iterable<World>): WorldStatistics {
  const refused = Object.fromEntries(refusalCodes.map((code) => [code, 0]));
  const clauses: Record<string, number> = {};
  const sums = { count: 0, chosen: 0, ties: 0, drawn: 0, explored: 0, services: 0, pairs: 0 };
  for (const world of worlds) {
    const decision = referenceDecision(world);
    sums.count += 1;
    sums.services += world.services.length;
    sums.pairs += decision.verdicts.length;
    for (const clause of rejectedBy(decision)) clauses[clause] = (clauses[clause] ?? 0) + 1;
    if (decision.kind === "refused") {
      refused[decision.code] = (refused[decision.code] ?? 0) + 1;
      continue;
    }
    const scores = decision.verdicts.filter((verdict): verdict is Admission => verdict.step === 0).map(({ score }) => score);
    const best = Math.max(...scores);
    sums.chosen += 1;
    if (scores.filter((score) => score === best).length > 1) sums.ties += 1;
    if (decision.drawn) sums.drawn += 1;
    if (decision.score < best) sums.explored += 1;
  }
  return { ...sums, refused: counted(refused), clauses };
}

function rejectedBy({ verdicts }: ReferenceDecision): string[] {
  return verdicts.flatMap((verdict) => {
    if (verdict.step === 0) return [];
    return [verdict.clause.startsWith("rule:") ? "rule" : verdict.clause];
  });
}

function counted(refused: Readonly<Record<string, number>>): Record<RefusalCode, number> {
  const of = (code: RefusalCode): number => refused[code] ?? 0;
  return {
    NoMatchingService: of("NoMatchingService"),
    RuleViolation: of("RuleViolation"),
    SecurityViolation: of("SecurityViolation"),
    SafetyViolation: of("SafetyViolation"),
    PolicyViolation: of("PolicyViolation"),
    TraitViolation: of("TraitViolation"),
    BudgetExceeded: of("BudgetExceeded"),
    LatencyExceeded: of("LatencyExceeded"),
  };
}
