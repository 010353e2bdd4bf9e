import { limitsInForce } from "./limits-in-force.ts";
import { offerOf, promisedLatency, worstCost } from "./pair-offer.ts";
import { admittedOf, isPair, nameOf, type Admitted, type Chosen } from "./receipt-shape.ts";
import type { Receipt } from "./receipt.ts";
import { partsOf, termLabels } from "./score-bars.ts";
import { decimal, duration, exactScore, money } from "./words.ts";
import { weightFlipsOf } from "./weight-flips.ts";

/** What would have changed a decision, in words, as far as a receipt alone tells; nearest first where they can be compared. */
export interface Counterfactual {
  readonly what: "lead" | "weight" | "limit" | "rejected" | "chance" | "unknown";
  readonly words: string;
}

export function counterfactualsOf(receipt: Receipt): readonly Counterfactual[] {
  const { outcome } = receipt.certificate;
  if (outcome.kind === "refused") return [...lastClause(receipt), unknown("Who among several would have been chosen, a receipt does not tell: the fields of the request are not in it.")];
  return [...chance(receipt, outcome), ...lead(receipt, outcome), ...flips(receipt), ...limits(receipt, outcome), ...lastClause(receipt), ...keptOut(receipt)];
}

function keptOut({ certificate: { verdicts } }: Receipt): readonly Counterfactual[] {
  return verdicts.some(({ step }) => step !== 0) ? [unknown("Whether a pair that was kept out would have won, a receipt does not tell: such a pair has no score.")] : [];
}

function unknown(words: string): Counterfactual {
  return { what: "unknown", words };
}

function chance({ certificate }: Receipt, { selected, margin }: Chosen): readonly Counterfactual[] {
  if (!selected.drawn || (margin ?? 0) >= 0) return [];
  const [best] = [...admittedOf(certificate)].sort((a, b) => b.score - a.score);
  return best === undefined ? [] : [{ what: "chance", words: `The lot of exploration gave the choice. Without it ${nameOf(best)} would have been chosen.` }];
}

/** What put the chosen pair before its runner-up, term by term. */
function lead(receipt: Receipt, { selected, runnerUp, margin }: Chosen): readonly Counterfactual[] {
  const admitted = admittedOf(receipt.certificate);
  const weights = receipt.policies[0]?.weights;
  const [own, other] = [admitted.find((pair) => isPair(pair, selected)), admitted.find((pair) => isPair(pair, runnerUp))];
  if (runnerUp === null) return [{ what: "lead", words: "No other pair was admitted: no weight or score could have changed the choice." }];
  if (weights === undefined || own === undefined || other === undefined || margin === null) return [];
  if (margin === 0) return [{ what: "lead", words: `${nameOf(selected)} and ${nameOf(runnerUp)} are tied; the smaller tie digest decided.` }];
  const gaps = gapsOf(partsOf(own, weights), partsOf(other, weights));
  const side = (sign: 1 | -1): string => gaps.filter(({ pico }) => Math.sign(pico) === sign).slice(0, 3).map(({ label, pico }) => `${label.toLowerCase()} (${exactScore(Math.abs(pico))})`).join(", ");
  const against = side(-1);
  const ahead = margin > 0 ? "ahead of" : "behind";
  return [{ what: "lead", words: `${nameOf(selected)} is ${exactScore(Math.abs(margin))} ${ahead} ${nameOf(runnerUp)}. For it: ${side(1) || "nothing"}${against === "" ? "" : `; against it: ${against}`}.` }];
}

function gapsOf(own: ReturnType<typeof partsOf>, other: ReturnType<typeof partsOf>): readonly { readonly label: string; readonly pico: number }[] {
  const names = [...new Set([...own, ...other].map(({ name }) => name))];
  const of = (parts: typeof own, wanted: string): number => parts.find(({ name }) => name === wanted)?.pico ?? 0;
  return names.map((name) => ({ label: termLabels[name], pico: of(own, name) - of(other, name) })).filter(({ pico }) => pico !== 0).sort((a, b) => Math.abs(b.pico) - Math.abs(a.pico));
}

function flips(receipt: Receipt): readonly Counterfactual[] {
  const found = weightFlipsOf(receipt);
  if (found.length === 0 && admittedOf(receipt.certificate).length > 1) return [{ what: "weight", words: "No single weight of the policy puts another pair first." }];
  return found.map(({ name, from, to, winner }) => ({ what: "weight", words: `With the weight of ${termLabels[name].toLowerCase()} at ${decimal(to)} instead of ${decimal(from)}, ${nameOf(winner)} would come first.` }));
}

/** At which limits the chosen pair itself would have fallen. */
function limits(receipt: Receipt, { selected }: Chosen): readonly Counterfactual[] {
  const own: Admitted | undefined = admittedOf(receipt.certificate).find((pair) => isPair(pair, selected));
  const { budgetMicros, latencyUs, currency } = limitsInForce(receipt);
  if (own === undefined) return [];
  const { budget, latency } = own.residuals;
  return [
    // No budget is below nothing.
    ...(typeof budgetMicros === "number" && budgetMicros + budget.residual > 0 ? [{ what: "limit", words: `With a budget below ${money(budgetMicros + budget.residual, currency)} instead of ${money(budgetMicros, currency)}, ${nameOf(selected)} would have been kept out.` } as const] : []),
    ...(typeof latencyUs === "number" ? [{ what: "limit", words: `With a latency limit below ${duration(latencyUs + latency.residual)} instead of ${duration(latencyUs)}, ${nameOf(selected)} would have been kept out.` } as const] : []),
  ];
}

/** Pairs that fell at the last clauses, so that it is known what alone kept them out. */
function lastClause(receipt: Receipt): readonly Counterfactual[] {
  const { latencyUs, coveragePpm, currency } = limitsInForce(receipt);
  return receipt.certificate.verdicts.flatMap((verdict): readonly Counterfactual[] => {
    if (verdict.step !== 4) return [];
    const offer = offerOf(receipt, verdict);
    const promised = offer === undefined || coveragePpm === undefined ? null : promisedLatency(offer, coveragePpm);
    if (verdict.clause === "latency") {
      if (coveragePpm === undefined) return [];
      const least = promised === null ? "Without the latency limit" : `With a latency limit of ${duration(promised)} or more`;
      return [{ what: "rejected", words: `${least}, ${nameOf(verdict)} would have been admitted: nothing else kept it out.` }];
    }
    const cost = offer === undefined ? undefined : worstCost(receipt, offer);
    const fast = latencyUs === null || (typeof latencyUs === "number" && promised !== null && promised <= latencyUs);
    if (verdict.clause !== "budget" || !fast || typeof cost !== "number") return [];
    return [{ what: "rejected", words: `With a budget of ${money(cost, currency)} or more, ${nameOf(verdict)} would have been admitted: nothing else kept it out.` }];
  });
}
