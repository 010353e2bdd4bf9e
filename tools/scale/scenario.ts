import { Chance } from "./chance.ts";
import { replicaRun, type Following } from "./replica-run.ts";

/** Replicas, how often R changes, and how they hear of it. */
export interface Scenario {
  readonly name: string;
  readonly replicas: number;
  /** Versions of R a second, over all writers. */
  readonly swapsPerSecond: number;
  readonly following: Following;
}

export interface ScenarioOptions {
  readonly seed: number;
  readonly hours: number;
  /** Decisions that are looked at, of each replica and second. */
  readonly decisionsPerSecond: number;
  /** Ages x for which the share of decisions is asked, milliseconds. */
  readonly ages: readonly number[];
  /** Bounds b of staleness that are tried, milliseconds. */
  readonly bounds: readonly number[];
}

export interface ScenarioFigures {
  readonly scenario: Scenario;
  readonly decisions: number;
  /** Shares of decisions made although a newer R had been there for longer than the age, in the order of the ages. */
  readonly behind: readonly number[];
  readonly bounds: readonly BoundFigures[];
}

/** What a bound does: `stale: refuse` refuses these decisions, the default makes them and says so. */
export interface BoundFigures {
  readonly boundMs: number;
  /** Share of decisions on an R that was confirmed longer ago. */
  readonly refused: number;
  /** Of these: the share in which R really was newer elsewhere. */
  readonly rightly: number;
  /** Decisions that were not refused though a newer R had been there for longer than the bound: there must be none. */
  readonly missed: number;
}

/** The scenario, run from the seed. */
export function runScenario(scenario: Scenario, { seed, hours, decisionsPerSecond, ages, bounds }: ScenarioOptions): ScenarioFigures {
  const untilMs = hours * 3_600_000;
  const published = new Chance(seed).times(scenario.swapsPerSecond / 1000, untilMs);
  const older = ages.map(() => 0);
  const tally = bounds.map(() => ({ refused: 0, rightly: 0, missed: 0 }));
  let decisions = 0;
  for (let replica = 0; replica < scenario.replicas; replica++) {
    const chance = new Chance(seed + 1 + replica);
    for (const { behindMs, ageMs } of replicaRun(chance, scenario.following, published, chance.times(decisionsPerSecond / 1000, untilMs), untilMs)) {
      decisions += 1;
      for (const [at, age] of ages.entries()) if (behindMs > age) older[at] = (older[at] ?? 0) + 1;
      for (const [at, bound] of bounds.entries()) note(tally[at], bound, behindMs, ageMs);
    }
  }
  return {
    scenario,
    decisions,
    behind: older.map((count) => count / decisions),
    bounds: tally.map(({ refused, rightly, missed }, at) => ({ boundMs: bounds[at] ?? 0, refused: refused / decisions, rightly: refused === 0 ? 0 : rightly / refused, missed })),
  };
}

function note(tally: { refused: number; rightly: number; missed: number } | undefined, bound: number, behindMs: number, ageMs: number): void {
  if (tally === undefined) return;
  if (ageMs > bound) {
    tally.refused += 1;
    if (behindMs > 0) tally.rightly += 1;
  } else if (behindMs > bound) tally.missed += 1;
}
