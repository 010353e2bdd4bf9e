import type { ChosenDecision } from "@caio/orchestrator";

import { referenceDecision } from "../../reference/master-equation.ts";
import { canonical, sha256 } from "../../reference/objects.ts";
import type { Admission, World } from "../../reference/world.ts";
import { withBase } from "../../worlds/random/change.ts";
import { judgement, type Judgement } from "../engine/check.ts";
import { misreads, misstates } from "./system.ts";
import type { WorldCheck } from "./routed-world.ts";

/** INV-CAIO-OPT-0001: no admissible pair precedes the chosen one in the order (drawn, score, tie), scores recomputed. */
export const nothingPrecedes: WorldCheck = {
  name: "nothing-precedes",
  judge: ({ world, decision }) => {
    if (decision.kind === "refused") return "vacuous";
    const admitted = referenceDecision(world).verdicts.filter((verdict) => verdict.step === 0);
    const { service, model } = decision.outcome.selected;
    const chosen = admitted.find((pair) => pair.service === service && pair.model === model);
    if (chosen === undefined) return { violation: "the chosen pair is not admissible" };
    return precedence(world, decision, chosen, admitted);
  },
  faults: {
    "takes-the-runner-up": misstates(takeRunnerUp),
    "breaks-ties-by-name": misstates(breakTiesByName),
    "forgets-the-cost": misreads((world) => withBase(world, { weights: { ...world.policy.base.weights, cost: 0 } })),
    "never-explores": misreads((world) => withBase(world, { exploration: { epsilonPpm: 0, maxLossMicros: 0 } })),
  },
};

function precedence(world: World, decision: ChosenDecision, chosen: Admission, admitted: readonly Admission[]): Judgement {
  const drawn = drawnPair(world, decision, admitted);
  if (drawn !== undefined) return judgement(drawn === chosen, () => `${drawn.service} was drawn`);
  const tie = tieOf(decision, chosen);
  const before = admitted.find(
    (pair) => pair.score > chosen.score || (pair.score === chosen.score && tieOf(decision, pair) < tie),
  );
  return judgement(before === undefined, () => `${before?.service ?? ""} precedes ${chosen.service}`);
}

function drawnPair({ policy }: World, { certificate }: ChosenDecision, admitted: readonly Admission[]): Admission | undefined {
  const { epsilonPpm, maxLossMicros } = policy.base.exploration;
  const hash = sha256(canonical(["caio-explore-v1", certificate.seed, certificate.request.digest]));
  if (Number.parseInt(hash.slice(0, 12), 16) % 1_000_000 >= epsilonPpm) return undefined;
  const best = Math.max(...admitted.map(({ score }) => score));
  const near = admitted.filter(({ score }) => BigInt(best) - BigInt(score) <= BigInt(maxLossMicros) * 1_000_000n);
  return near[Number.parseInt(hash.slice(12, 24), 16) % near.length];
}

function tieOf({ certificate }: ChosenDecision, { service, model }: Admission): string {
  return sha256(canonical(["caio-tie-v1", certificate.seed, certificate.request.digest, service, model]));
}

function takeRunnerUp(decision: ChosenDecision): ChosenDecision {
  const { runnerUp, selected } = decision.outcome;
  if (runnerUp === null) return decision;
  const { service, model, score } = runnerUp;
  return { ...decision, outcome: { ...decision.outcome, selected: { ...selected, service, model, score } } };
}

function breakTiesByName(decision: ChosenDecision): ChosenDecision {
  const { models, selected } = decision.outcome;
  if (selected.drawn) return decision;
  const [first = selected] = models
    .filter(({ score }) => score === selected.score)
    .map(({ service, model }) => ({ service, model }))
    .sort((a, b) => (`${a.service} ${a.model ?? ""}` < `${b.service} ${b.model ?? ""}` ? -1 : 1));
  return { ...decision, outcome: { ...decision.outcome, selected: { ...selected, ...first } } };
}
