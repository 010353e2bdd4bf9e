import { admittedOf, isPair, nameOf, termNames, type Admitted, type PairName, type TermName } from "./receipt-shape.ts";
import type { Receipt } from "./receipt.ts";

/** What one term gives to a score: weight × term with its sign (calculus §6). */
export interface ScorePart {
  readonly name: TermName | "prefer";
  readonly label: string;
  /** Micros: the term as it stands in the certificate. */
  readonly term: number;
  /** Micros: the weight of the policy; 1 for what rules prefer. */
  readonly weight: number;
  /** Pico, exact: positive parts stand to the right of zero, negative ones to the left. */
  readonly pico: number;
}

export interface ScoreBar extends PairName {
  readonly name: string;
  /** Pico. */
  readonly score: number;
  readonly parts: readonly ScorePart[];
  /** Sums of the parts above and below zero, pico. */
  readonly above: number;
  readonly below: number;
  readonly standing: "chosen" | "runner-up" | "admitted";
}

export interface ScoreBars {
  /** Best first. */
  readonly bars: readonly ScoreBar[];
  /** Pico: the ends of the axis, zero among them. */
  readonly least: number;
  readonly most: number;
}

export const termLabels: Readonly<Record<ScorePart["name"], string>> = {
  intent: "Intent", attention: "Attention", rl: "Learned value", resonance: "Resonance", model: "Model fit", cost: "Cost", risk: "Risk", latency: "Latency", prefer: "Preferred by rules",
};
const LOWERS: ReadonlySet<TermName> = new Set(["cost", "risk", "latency"]);
const ONE = 1_000_000;

/** The scores of all admitted pairs as stacked bars around zero. */
export function scoreBarsOf({ certificate, policies }: Receipt): ScoreBars {
  const { outcome } = certificate;
  const weights = policies[0]?.weights;
  if (weights === undefined) return { bars: [], least: 0, most: 0 };
  const standing = (pair: PairName): ScoreBar["standing"] => {
    if (outcome.kind !== "chosen") return "admitted";
    return isPair(pair, outcome.selected) ? "chosen" : isPair(pair, outcome.runnerUp) ? "runner-up" : "admitted";
  };
  const bars = admittedOf(certificate).map((pair) => ({ ...barOf(pair, weights), standing: standing(pair) })).sort(best);
  return { bars, least: Math.min(0, ...bars.map(({ below }) => below)), most: Math.max(0, ...bars.map(({ above }) => above)) };
}

/** The parts of a score, in the order of the calculus, those that are nothing left out. */
export function partsOf({ terms, prefer }: Pick<Admitted, "terms" | "prefer">, weights: Readonly<Record<TermName, number>>): readonly ScorePart[] {
  const parts = termNames.map((name) => ({ name, label: termLabels[name], term: terms[name], weight: weights[name], pico: (LOWERS.has(name) ? -1 : 1) * weights[name] * terms[name] }));
  const preferred: ScorePart = { name: "prefer", label: termLabels.prefer, term: prefer, weight: ONE, pico: prefer * ONE };
  return [...parts, preferred].filter(({ pico }) => pico !== 0);
}

function barOf(pair: Admitted, weights: Readonly<Record<TermName, number>>): Omit<ScoreBar, "standing"> {
  const { service, model, score } = pair;
  const parts = partsOf(pair, weights);
  const sum = (sign: 1 | -1): number => parts.reduce((total, { pico }) => (Math.sign(pico) === sign ? total + pico : total), 0);
  return { service, model, name: nameOf(pair), score, parts, above: sum(1), below: sum(-1) };
}

const RANKS = { chosen: 0, "runner-up": 1, admitted: 2 };

/** By score; the chosen one and its runner-up first among equals. */
function best(a: ScoreBar, b: ScoreBar): number {
  return b.score - a.score || RANKS[a.standing] - RANKS[b.standing] || (a.name < b.name ? -1 : 1);
}
