import type { ChosenDecision } from "@caio/orchestrator";
import type { CertifiedAdmission } from "@caio/traceability";

import { judgement, type Judgement } from "../engine/check.ts";
import type { World } from "../../reference/world.ts";
import { misstates } from "./system.ts";
import type { WorldCheck } from "./routed-world.ts";

/** INV-CAIO-MODEL-0001: the certificate names the models considered and shows, in numbers that add up, why m* won. */
export const modelsShown: WorldCheck = {
  name: "models-shown",
  judge: ({ world, decision }) => {
    if (decision.kind === "refused") return "vacuous";
    return modelsListed(world, decision) ?? selectionStated(decision);
  },
  faults: {
    "hides-a-model": misstates((decision) => withOutcome(decision, { models: decision.outcome.models.slice(0, -1) })),
    "states-another-score": misstates((decision) => ({
      ...decision,
      certificate: {
        ...decision.certificate,
        verdicts: decision.certificate.verdicts.map((verdict) => (verdict.step === 0 ? { ...verdict, score: verdict.score + 1 } : verdict)),
      },
    })),
    "states-another-margin": misstates((decision) => withOutcome(decision, { margin: (decision.outcome.margin ?? 0) + 1 })),
    "lists-in-any-order": misstates((decision) => withOutcome(decision, { models: [...decision.outcome.models].reverse() })),
  },
};

function withOutcome(decision: ChosenDecision, change: Partial<Pick<ChosenDecision["outcome"], "models" | "margin">>): ChosenDecision {
  const certified = decision.certificate.outcome;
  if (certified.kind === "refused") return decision;
  const outcome = { ...certified, ...change };
  return { ...decision, outcome, certificate: { ...decision.certificate, outcome } };
}

/** A violation if the admitted pairs and the list of models differ, or a score is not the sum of its terms. */
function modelsListed(world: World, { certificate, outcome }: ChosenDecision): Judgement | undefined {
  const admitted = certificate.verdicts.filter((verdict) => verdict.step === 0);
  const wrong = admitted.find((pair) => scoreOf(world, pair) !== BigInt(pair.score));
  if (wrong !== undefined) return { violation: `the score of ${wrong.service} is not the sum of its terms` };
  const listed = outcome.models.map(({ service, model, score }) => `${service} ${model ?? ""} ${String(score)}`);
  const expected = admitted.map(({ service, model, score }) => `${service} ${model ?? ""} ${String(score)}`);
  if ([...listed].sort().join() !== [...expected].sort().join()) return { violation: "the models listed are not those admitted" };
  const scores = outcome.models.map(({ score }) => score);
  const ordered = scores.every((score, index) => index === 0 || (scores[index - 1] ?? score) >= score);
  return ordered ? undefined : { violation: "the models are not in the order of their scores" };
}

function selectionStated({ certificate, outcome }: ChosenDecision): Judgement {
  const { selected, runnerUp, margin } = outcome;
  const verdict = certificate.verdicts.find(({ service, model }) => service === selected.service && model === selected.model);
  if (verdict?.step !== 0 || verdict.score !== selected.score) return { violation: "the chosen pair has no verdict with its score" };
  const expected = runnerUp === null ? null : selected.score - runnerUp.score;
  return judgement(margin === expected, () => `the margin is ${String(margin)}, not ${String(expected)}`);
}

function scoreOf({ policy: { base } }: World, { terms, prefer }: CertifiedAdmission): bigint {
  const { weights } = base;
  const product = (weight: number, term: number): bigint => BigInt(weight) * BigInt(term);
  return (
    product(weights.intent, terms.intent) +
    product(weights.attention, terms.attention) +
    product(weights.rl, terms.rl) +
    product(weights.resonance, terms.resonance) +
    product(weights.model, terms.model) -
    product(weights.cost, terms.cost) -
    product(weights.risk, terms.risk) -
    product(weights.latency, terms.latency) +
    product(1_000_000, prefer)
  );
}
