import { areaOf, type Judged } from "./judge.ts";
import { bootstrapRounds, intervalOf, percentileInterval, type Interval } from "./resample.ts";
import type { RoutingRun } from "./run-routing.ts";
import { pointOf, type Traded } from "./trades.ts";

/** A number with its 95 % interval. */
export interface Measured extends Interval {
  readonly value: number;
}

/** One way of choosing against the best single model. */
export interface ReportedPoint {
  readonly name: string;
  readonly quality: Measured;
  /** Money per 1 000 prompts. */
  readonly cost: number;
  /** Quality less that of the reference, in points of 0.01. */
  readonly points: Measured;
  /** Share of the reference's cost that is saved; NaN (JSON: null) where the reference costs nothing. */
  readonly saved: Measured;
}

/** What is printed of a learned method. */
export interface ReportedMethod {
  readonly name: string;
  readonly area: Measured;
  /** Less that of the mean of the plain methods, on the same rounds. */
  readonly areaGain: Measured;
  readonly best: ReportedPoint;
  readonly hindsight: ReportedPoint | null;
  readonly deployed: ReportedPoint;
  readonly front: readonly { readonly trade: number; readonly quality: number; readonly cost: number }[];
}

export interface RoutingReport {
  readonly parts: RoutingRun["parts"];
  readonly leftOut: readonly string[];
  readonly unknown: number;
  readonly seed: number;
  readonly reference: string;
  readonly fixed: readonly ReportedPoint[];
  readonly methods: readonly ReportedMethod[];
}

/** The figures of a run, with intervals over the same draws of the test prompts' groups. */
export function reportOf(run: RoutingRun, seed: number, draws = 1_000): RoutingReport {
  const rounds = bootstrapRounds(run.groups, draws, seed);
  const reference = run.singles[run.reference] ?? run.oracle;
  const point = (name: string, way: Pick<Traded, "quality" | "cost">): ReportedPoint => reportedPoint(name, way, reference, rounds);
  const plain = run.judged.at(-2);
  const areas = new Map(run.judged.map((each) => [each, rounds.map((weights) => areaOf(each.curve, run.test, run.reference, weights))]));
  const gain = (judged: Judged): Measured => {
    const differences = rounds.map((_, round) => (areas.get(judged)?.[round] ?? 0) - (plain === undefined ? 0 : (areas.get(plain)?.[round] ?? 0)));
    return { value: judged.area - (plain?.area ?? 0), ...percentileInterval(differences) };
  };
  return {
    parts: run.parts,
    leftOut: run.leftOut,
    unknown: run.unknown,
    seed,
    reference: run.models[run.reference]?.id ?? "",
    fixed: [...run.models.map(({ id }, model) => point(id, run.singles[model] ?? reference)), point("random", randomOf(run)), point("oracle", run.oracle)],
    methods: run.judged.map((judged) => ({
      name: judged.name,
      area: { value: judged.area, ...percentileInterval(areas.get(judged) ?? []) },
      areaGain: gain(judged),
      best: point(judged.name, mostQuality(judged.curve, reference)),
      hindsight: judged.hindsight === undefined ? null : point(judged.name, judged.hindsight),
      deployed: point(judged.name, judged.deployed),
      front: judged.curve.map((each) => ({ trade: each.trade, ...pointOf(each) })),
    })),
  };
}

function reportedPoint(name: string, way: Pick<Traded, "quality" | "cost">, reference: Traded, rounds: readonly Uint8Array[]): ReportedPoint {
  const measured = (statistic: (weights?: Uint8Array) => number): Measured => ({ value: statistic(), ...intervalOf(rounds, statistic) });
  return {
    name,
    quality: measured((weights) => pointOf(way, weights).quality),
    cost: 1_000 * pointOf(way).cost,
    points: measured((weights) => 100 * (pointOf(way, weights).quality - pointOf(reference, weights).quality)),
    saved: measured((weights) => 1 - pointOf(way, weights).cost / pointOf(reference, weights).cost),
  };
}

/** Each model equally likely: the mean over models, prompt by prompt. */
function randomOf({ test }: RoutingRun): Pick<Traded, "quality" | "cost"> {
  const mean = ({ width, numbers }: RoutingRun["test"]["scores"]): Float64Array =>
    Float64Array.from({ length: numbers.length / width }, (_, prompt) => numbers.subarray(prompt * width, (prompt + 1) * width).reduce((a, b) => a + b, 0) / width);
  return { quality: mean(test.scores), cost: mean(test.costs) };
}

function mostQuality(curve: readonly Traded[], fallback: Traded): Traded {
  return curve.reduce((best, each) => (pointOf(each).quality > pointOf(best).quality ? each : best), curve[0] ?? fallback);
}
