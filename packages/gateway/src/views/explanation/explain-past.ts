import { CaioError, type Digest } from "@caio/core";
import { alternativeLines, caioRoute, changeText, explainDecision, explainStatement, lotLines, nameOf, nearestCounterfactual, obstacleLine, type Counterfactual, type Obstacle, type SingleChange, type WeightFlip } from "@caio/orchestrator";
import { PLAN_PREDICATE_TYPE, type DecisionStatement, type PlanStatement } from "@caio/traceability";
import { z } from "zod";

import type { RecentRequest } from "../what-if/recent-requests.ts";
import { changesIn, changesInReceipt, isTooMuch } from "./too-much.ts";

const count = z.int().min(0);
const words = z.array(z.string());
const pair = z.strictObject({ service: z.string(), model: z.string().nullable() });
const demand = z.strictObject({ kind: z.enum(["capability", "guarantee", "constraint", "privacy", "limit", "rule"]), place: z.string(), words: z.string() });
const change = z.discriminatedUnion("kind", [demand, z.strictObject({ kind: z.literal("weight"), name: z.string(), from: z.int(), to: z.int(), words: z.string() })]);

/** A decision in words, and what would have changed it. */
export const explanationReply = z.strictObject({
  decision_id: z.string(),
  /** `inputs`: each change was decided again on all that the decision was made from; `receipt`: as far as its receipt tells. */
  basis: z.enum(["inputs", "receipt"]),
  headline: z.string(),
  why: words,
  rejected: words,
  limits: words,
  promise: words,
  control: words,
  fields: words,
  counterfactual: z.strictObject({
    words,
    /** Nearest first. `chosen` null: nobody would be. `share_ppm`, `verdicts_changed`: null where the basis is a receipt. */
    flips: z.array(z.strictObject({ change, chosen: pair.nullable(), share_ppm: count.nullable(), verdicts_changed: count.nullable() })),
    /** What alone kept each pair out that fell; null: the receipt withholds what that depends on. */
    obstacles: z.array(pair.extend({ demands: z.array(demand) })).nullable(),
    /** How many changes were decided: none where there are too many to decide them here; null where the basis is a receipt. */
    tried: count.nullable(),
  }),
});
export type ExplanationReply = z.output<typeof explanationReply>;

const TOO_MUCH = "More single changes than are decided again for one question. Where there is time, explain its receipt: caio explain FILE.";

/** Exact: every change is put to the decision function, on what the decision was made from; none where they are too many to keep others waiting for. */
export function explainInputs({ request, inputs, decisionId }: RecentRequest): ExplanationReply {
  const decision = caioRoute(request, inputs);
  if (isTooMuch(decision.verdicts.length, changesIn(request, inputs))) {
    return { decision_id: decisionId, basis: "inputs", ...wordsOf(decision), counterfactual: { words: [TOO_MUCH], flips: [], obstacles: null, tried: 0 } };
  }
  const found = nearestCounterfactual(request, inputs);
  return {
    ...{ decision_id: decisionId, basis: "inputs" },
    ...wordsOf(decision),
    counterfactual: { words: [...alternativeLines(found, decision)], flips: found.flips.map(flipReply), obstacles: found.obstacles.map(obstacleReply), tried: found.tried },
  };
}

/**
 * As far as a receipt tells: which weight puts another pair first, from the terms in the certificate, and what alone kept each pair out. The
 * fields of the request are not in a receipt, so it does not tell whether a pair that was kept out would have won.
 *
 * @returns undefined for a plan, which is explained by its steps
 * @throws CaioError `NotFound` for one that is too large to be explained while others wait
 */
export function explainReceipt(decisionId: Digest, bundle: string): ExplanationReply | undefined {
  const statement = statementOf(bundle);
  if (statement.predicateType === PLAN_PREDICATE_TYPE) return undefined;
  const { certificate } = statement.predicate;
  if (isTooMuch(certificate.verdicts.length, changesInReceipt(statement.predicate))) throw new CaioError("NotFound", TOO_MUCH, { details: { decision: decisionId } });
  const { decision, weightFlips, obstacles } = explainStatement(statement.predicate);
  const flips = weightFlips.toSorted((a, b) => distance(a) - distance(b));
  return {
    ...{ decision_id: decisionId, basis: "receipt" },
    ...wordsOf(decision),
    counterfactual: {
      words: [
        ...(decision.kind === "chosen" ? lotLines(decision, decision.outcome.models[0]) : []),
        ...(decision.kind === "chosen" && flips.length === 0 ? ["No single weight puts another pair first."] : flips.map((flip, at) => `${at === 0 ? "Nearest weight" : "Also"}: ${changeText(flip.change)}: ${nameOf(flip.winner)} would come first.`)),
        ...(obstacles?.map(obstacleLine) ?? ["What alone kept a pair out, the receipt does not tell: it withholds what verdicts depend on."]),
        "What was decided longer ago is told from its receipt, which does not say whether a pair that was kept out would have won.",
      ],
      flips: flips.map(({ change: weight, winner }) => ({ change: changeReply(weight), chosen: { service: winner.service, model: winner.model }, share_ppm: null, verdicts_changed: null })),
      obstacles: obstacles?.map(obstacleReply) ?? null,
      tried: null,
    },
  };
}

function wordsOf(decision: Parameters<typeof explainDecision>[0]): Omit<ExplanationReply, "decision_id" | "basis" | "counterfactual"> {
  const { headline, why, rejected, limits, promise, control, fields } = explainDecision(decision);
  return { headline, why: [...why], rejected: [...rejected], limits: [...limits], promise: [...promise], control: [...control], fields: [...fields] };
}

function flipReply({ change: made, chosen, sharePpm, verdictsChanged }: Counterfactual): ExplanationReply["counterfactual"]["flips"][number] {
  return { change: changeReply(made), chosen: chosen === null ? null : { service: chosen.service, model: chosen.model }, share_ppm: sharePpm, verdicts_changed: verdictsChanged };
}

function changeReply(made: SingleChange): z.output<typeof change> {
  return { ...made, words: changeText(made) };
}

function obstacleReply({ service, model, demands }: Obstacle): NonNullable<ExplanationReply["counterfactual"]["obstacles"]>[number] {
  return { service, model, demands: demands.map((each) => ({ ...each })) };
}

function distance({ change: { from, to } }: WeightFlip): number {
  return Math.abs(to - from);
}

/** A bundle that this gateway has just made. */
function statementOf(bundle: string): DecisionStatement | PlanStatement {
  const { payload } = JSON.parse(bundle) as { readonly payload: string };
  return JSON.parse(Buffer.from(payload, "base64").toString("utf8")) as DecisionStatement | PlanStatement;
}
