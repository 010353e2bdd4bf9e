import { MICRO, mulDiv } from "@caio/core";
import type { Guarantee } from "@caio/contracts";

import type { Composition, Leaf } from "../../src/index.ts";
import { leafPlace, type JointWorld, type Outcome } from "./joint-world.ts";
import { runPlan } from "./plan-run.ts";

/**
 * What a promise is about: every attempt whether made or not (`potential`), the calls really made on average
 * (`average`), or each attempt given that it is made (`conditional`).
 */
export type Standing = "potential" | "average" | "conditional";

/** Weights of what one attempt does; `base` is the weight of all points that count. */
interface Count {
  readonly base: number;
  readonly answers: number;
  readonly answersInTime: number;
  readonly wrong: number;
  /** Answered in time but later than each bound. */
  readonly late: ReadonlyMap<number, number>;
}

/** The plan with every leaf promising exactly what is true of it in this world. */
export function withTruePromises(
  tree: Composition,
  world: JointWorld,
  standingOf: (leaf: Leaf) => Standing,
): Composition {
  const made = attemptsMade(tree, world);
  const fill = (part: Composition, place: string): Composition => {
    if (part.kind === "leaf") return promising(part, place, world, made, standingOf(part));
    if (part.kind === "retry") return { ...part, child: fill(part.child, `${place}.0`) };
    return { ...part, first: fill(part.first, `${place}.0`), second: fill(part.second, `${place}.1`) };
  };
  return fill(tree, "plan");
}

/** The points at which each attempt is really made. */
function attemptsMade(tree: Composition, world: JointWorld): Map<string, Set<number>> {
  const made = new Map<string, Set<number>>();
  for (const point of world.weights.keys()) {
    runPlan(tree, world, point, (attempt) => {
      made.set(attempt, (made.get(attempt) ?? new Set()).add(point));
    });
  }
  return made;
}

function promising(
  leaf: Leaf,
  place: string,
  world: JointWorld,
  made: ReadonlyMap<string, ReadonlySet<number>>,
  standing: Standing,
): Leaf {
  const counts = [...world.outcomes]
    .filter(([attempt]) => leafPlace(attempt) === place)
    .map(([attempt, outcomes]) => {
      const counted = (point: number): boolean => standing === "potential" || (made.get(attempt)?.has(point) ?? false);
      return count(leaf, outcomes, world.weights, counted);
    })
    .filter(({ base }) => base > 0);
  const pooled = standing === "average" && counts.length > 0 ? [pool(counts)] : counts;
  const promises = promisesOf(leaf, pooled, standing === "conditional");
  const conditional = standing === "conditional" ? promises.map(({ property }) => property) : [];
  return { ...leaf, promises, conditional: [...new Set(conditional)].sort() };
}

function boundsOf({ timeoutUs }: Leaf): number[] {
  return [Math.ceil(timeoutUs / 10), Math.ceil((timeoutUs * 6) / 10)];
}

function count(leaf: Leaf, outcomes: readonly Outcome[], weights: readonly number[], counted: (point: number) => boolean): Count {
  const weigh = (holds: (outcome: Outcome) => boolean): number =>
    outcomes.reduce((sum, outcome, point) => sum + (counted(point) && holds(outcome) ? (weights[point] ?? 0) : 0), 0);
  const inTime = ({ answers, timeUs }: Outcome): boolean => answers && timeUs <= leaf.timeoutUs;
  return {
    base: weigh(() => true),
    answers: weigh(({ answers }) => answers),
    answersInTime: weigh(inTime),
    wrong: weigh((outcome) => inTime(outcome) && outcome.wrong),
    late: new Map(
      boundsOf(leaf).map((bound) => [bound, weigh(({ answers, timeUs }) => answers && timeUs > bound)]),
    ),
  };
}

function pool(counts: readonly Count[]): Count {
  const sum = (of: (count: Count) => number): number => counts.reduce((total, each) => total + of(each), 0);
  const bounds = [...(counts[0]?.late.keys() ?? [])];
  return {
    base: sum(({ base }) => base),
    answers: sum(({ answers }) => answers),
    answersInTime: sum(({ answersInTime }) => answersInTime),
    wrong: sum(({ wrong }) => wrong),
    late: new Map(bounds.map((bound) => [bound, sum(({ late }) => late.get(bound) ?? 0)])),
  };
}

function promisesOf(leaf: Leaf, counts: readonly Count[], perAnswer: boolean): Guarantee[] {
  const worst = (share: (count: Count) => number): number => Math.max(0, ...counts.map(share));
  const upper = (part: number, whole: number): number => (whole === 0 ? 0 : mulDiv(part, MICRO, whole, "up"));
  const failed = worst(({ base, answers }) => upper(base - answers, base));
  const wrong = worst(({ base, answersInTime, wrong: part }) => upper(part, perAnswer ? answersInTime : base));
  const latencies = boundsOf(leaf).map((bound) => {
    const tail = worst(({ base, answers, late }) => upper(late.get(bound) ?? 0, perAnswer ? answers : base));
    return { property: "latency", coveragePpm: MICRO - tail, bound: { maxUs: bound } };
  });
  const sure = (property: string, bound: Guarantee["bound"]): Guarantee => ({ property, coveragePpm: MICRO, bound });
  return [
    ...latencies,
    sure("availability", { minMicros: MICRO - failed }),
    sure("detected_error", { maxMicros: failed }),
    sure("accuracy", { minMicros: MICRO - wrong }),
    sure("undetected_error", { maxMicros: wrong }),
  ];
}
