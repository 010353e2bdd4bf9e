import type { ServiceContract } from "@caio/contracts";
import { CaioError, digest } from "@caio/core";
import { firstPair, groupedMean, nearDuplicateGroups, scoreAt, splitByGroup, type OutcomeTable, type TuningCase } from "@caio/learning";
import { caioRoute } from "@caio/orchestrator";

import { worldOf, type DecisionDocuments } from "../load/decide.ts";
import type { CommandEncoder } from "../load/open-encoder.ts";
import { chosenIn } from "../whatif/past-decision.ts";
import { promisedOf } from "../whatif/promised.ts";
import { listOf, tuningCase, type Judged, type Tunable, type TuningSource } from "./tuning-source.ts";

/** Labelled outcomes, and what decisions on their prompts are made from. */
export interface TableQuestion {
  readonly table: OutcomeTable;
  /** The request is a form: each prompt is put in place of its intent's text. */
  readonly documents: DecisionDocuments;
  readonly encoder: CommandEncoder;
  /** Milliseconds since 1970, for rules that read the time. */
  readonly now: number;
  readonly seed: number;
}

/** A prompt's decision: what was admissible, and how good each of it was. */
interface Labelled {
  readonly at: number;
  readonly made: TuningCase;
}

const TUNED_SHARE = 0.5;
/** Prompts that are decided at once. */
const BATCH = 64;

/**
 * A table of outcomes as a source: every prompt is decided, by the decision function itself, and the table says of every admissible pair what it was worth. Half of the
 * groups of near-duplicates are there to tune on, the others to judge by.
 *
 * @throws CaioError `InvalidOutcomes` for a table that has no outcomes of what is admissible
 */
export async function tableSource({ table, documents, encoder, now, seed }: TableQuestion): Promise<TuningSource> {
  const labelled: Labelled[] = [];
  for (let at = 0; at < table.prompts.length; at += BATCH) {
    const batch = await Promise.all(table.prompts.slice(at, at + BATCH).map((prompt, place) => decided(prompt, at + place, documents, { now, encoder })));
    for (const [place, decision] of batch.entries()) {
      const made = decision === undefined ? undefined : labelledCase(decision, at + place, table);
      if (made !== undefined) labelled.push({ at: at + place, made });
    }
  }
  const groups = nearDuplicateGroups(table.prompts);
  const { tune, test } = splitByGroup(table.prompts, groups, seed, { train: 0, tune: TUNED_SHARE });
  const [tuned, held] = [partOf(labelled, tune), partOf(labelled, test)];
  if (tuned.length === 0 || held.length === 0) throw nothingToTuneOn(table, labelled.length);
  const { weights, currency } = documents.policies.base;
  const before = outcomes(held, listOf(weights));
  const groupOf = held.map(({ at }) => groups[at] ?? at);
  return { start: weights, cases: tuned.map(({ made }) => made), held: held.length, currency, judge: (asked) => judged(before, outcomes(held, listOf(asked)), groupOf) };
}

async function decided(prompt: string, at: number, documents: DecisionDocuments, { now, encoder }: Pick<TableQuestion, "now" | "encoder">): Promise<Tunable | undefined> {
  const { request } = documents;
  const asked = { ...documents, request: { ...request, intent: { ...request.intent, text: prompt } } };
  const world = await worldOf(asked, { now, decisionKey: digest(["caio-tune-key-v1", at]), testKey: true }, encoder);
  const decision = caioRoute(world.request, world.inputs);
  const { certificate } = decision;
  if (certificate.outcome.kind === "refused") return undefined;
  const chosen = chosenIn(certificate, certificate.outcome);
  const { view } = world.inputs.registry;
  const contract = (service: string): ServiceContract | undefined => view.service(service)?.contract;
  return { ...chosen, promised: promisedOf(chosen, { contract, size: world.request.size, policy: world.inputs.policy.snapshot.base }) };
}

function labelledCase(decision: Tunable, prompt: number, table: OutcomeTable): TuningCase | undefined {
  const scores = decision.admitted.map(({ service, model }) => {
    const place = table.models.findIndex(({ id }) => id === model || id === service || id === `${service}/${model ?? ""}`);
    return place < 0 ? Number.NaN : scoreAt(table, prompt, place);
  });
  if (scores.some((score) => Number.isNaN(score))) return undefined;
  return tuningCase(decision, (place) => ({ quality: scores[place] ?? 0, seen: true }));
}

function partOf(labelled: readonly Labelled[], places: readonly number[]): readonly Labelled[] {
  const wanted = new Set(places);
  return labelled.filter(({ at }) => wanted.has(at));
}

interface Taken {
  readonly quality: readonly number[];
  readonly cost: number;
}

function outcomes(cases: readonly Labelled[], weights: readonly number[]): Taken {
  const taken = cases.flatMap(({ made }) => firstPair(made, weights) ?? []);
  return { quality: taken.map(({ quality }) => quality), cost: taken.reduce((sum, { costMicros }) => sum + costMicros, 0) / taken.length };
}

function judged(before: Taken, after: Taken, groups: readonly number[]): Judged {
  return {
    quality: groupedMean(after.quality, groups),
    qualityGain: groupedMean(after.quality.map((quality, at) => quality - (before.quality[at] ?? 0)), groups),
    costMicros: after.cost,
    costGainMicros: after.cost - before.cost,
  };
}

function nothingToTuneOn(table: OutcomeTable, labelled: number): CaioError<"InvalidOutcomes"> {
  const names = table.models.map(({ id }) => id).slice(0, 5).join(", ");
  const message = `Of ${String(table.prompts.length)} prompts ${String(labelled)} give a decision with an outcome and a promised cost for every admissible pair, which is too few. The table has ${names}; a pair is found by its model, its service, or service/model. caio explain REQUEST --contracts DIR --policy FILE says what is admissible.`;
  return new CaioError("InvalidOutcomes", message, { details: { prompts: table.prompts.length, labelled } });
}
