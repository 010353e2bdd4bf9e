import type { Fault } from "../fault.ts";

const SCORE = "orchestrator/src/steps/score.ts";

/** Step 5, the score (calculus §6). */
export const scoreFaults: readonly Fault[] = [
  {
    id: "swapped-terms",
    title: "The terms of cost and risk are swapped",
    breaks: "calculus §6: λ·Cost, ρ·Risk",
    file: SCORE,
    find: "weights.cost * terms.cost -\n    weights.risk * terms.risk -",
    replace: "weights.cost * terms.risk -\n    weights.risk * terms.cost -",
    needs: "bundle",
  },
  {
    id: "latency-is-a-reward",
    title: "The slower, the better",
    breaks: "calculus §6: − η·Latency",
    file: SCORE,
    find: "weights.risk * terms.risk -\n",
    replace: "weights.risk * terms.risk +\n",
    needs: "bundle",
  },
  {
    id: "preference-in-wrong-unit",
    title: "Preferences are added in micros, not in pico",
    breaks: "calculus §6: 10⁶·Σ prefer",
    file: SCORE,
    find: "MICRO * preferMicros",
    replace: "preferMicros",
    needs: "bundle",
  },
  {
    id: "float-score",
    title: "Scores are single-precision floats",
    breaks: "calculus §6: the score is exact",
    file: "orchestrator/src/steps/admission.ts",
    find: "const score = scoreService(terms, preferMicros, policy.weights);",
    replace: "const score = Math.fround(scoreService(terms, preferMicros, policy.weights));",
    needs: "bundle",
  },
  {
    id: "half-up",
    title: "Halves are rounded up, not to even",
    breaks: "calculus §0: features round half to even",
    file: SCORE,
    find: 'mulDiv(competence - price + alignment - overflow, 1, 4, "half-even")',
    replace: 'mulDiv(2 * (competence - price + alignment - overflow) + 4, 1, 8, "down")',
    needs: "bundle",
  },
  {
    id: "cost-against-the-largest",
    title: "Costs are compared with the dearest, not with the budget",
    breaks: "calculus §6: worst-case cost / budget",
    file: SCORE,
    find: 'budget ?? frame.largestCost',
    replace: "frame.largestCost",
    needs: "bundle",
  },
  {
    id: "silent-cost-scores-best",
    title: "A pair that states no cost scores as if it were free",
    breaks: "calculus §6, Cost: silent 1.0",
    file: SCORE,
    find: 'if (cost.kind !== "amount") return MICRO;',
    replace: 'if (cost.kind !== "amount") return 0;',
    needs: "bundle",
  },
  {
    id: "reward-for-the-unknown",
    title: "A pair of which nothing was learned gets a learned value",
    breaks: "calculus §6, RL: no learned leaf: 0",
    file: "control/src/score/rl-score.ts",
    find: "if (learned === undefined) return 0;",
    replace: "if (learned === undefined) return MICRO / 2;",
    needs: "bundle",
  },
];
