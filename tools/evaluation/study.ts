import { nearDuplicateGroups, selectPrompts, splitByGroup, type OutcomeTable } from "@caio/learning";

import { randomOf } from "../gateway/random.ts";
import { neighbourEstimates } from "./neighbours.ts";
import { always, routerOf, type SimulatedPolicy } from "./policies.ts";
import { replicate, type CaseFigures } from "./replicate.ts";

/** How large the study is. */
export interface StudyTerms {
  readonly seed: number;
  /** Logs per case. */
  readonly logs: number;
  /** Sizes of the logs. */
  readonly rows: readonly number[];
}

const NEIGHBOURS = 20;
const FAR = 100_000_000;

/**
 * Off-policy estimates against the truth on a table that holds every model's score on every prompt. Logs are drawn by routers of calculus §6 with
 * their exact chances: two that explore among all models, one only near the best, one that does not explore. Targets: single models, the router with
 * other weights, the best guess regardless of price.
 */
export function offPolicyStudy(full: OutcomeTable, { seed, logs, rows }: StudyTerms): readonly CaseFigures[] {
  const { train, test } = splitByGroup(full.prompts, nearDuplicateGroups(full.prompts), seed, { train: 0.5, tune: 0 });
  const table = selectPrompts(full, test);
  const qualities = neighbourEstimates(selectPrompts(full, train), table, NEIGHBOURS);
  const router = (name: string, price: number, epsilonPpm: number, maxLossMicros: number): SimulatedPolicy => routerOf(name, table, qualities, { price, epsilonPpm, maxLossMicros });
  const models = ["llama-3.1-nemotron-51b-instruct", "llama-3.1-8b-instruct", "gemma-2-9b-it"].filter((id) => table.models.some((model) => model.id === id));
  const targets = [...models.map((id) => always(id, table)), router("other weights", 0.1, 0, 0), router("best guess", 0, 0, 0)];
  const loggings = [router("5 % among all", 0.3, 50_000, FAR), router("20 % among all", 0.3, 200_000, FAR), router("20 % near the best", 0.3, 200_000, 300_000), router("no exploration", 0.3, 0, 0)];
  const random = randomOf(seed);
  return loggings.flatMap((logging) => targets.flatMap((target) => rows.map((size) => replicate({ table, logging, target, rows: size, logs }, random))));
}
