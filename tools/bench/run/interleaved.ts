import { percentileOf, percentilesOf, type Percentiles } from "../percentiles.ts";

/** What is measured: one call is one sample. It may be asynchronous. */
export type Subject = () => unknown;

export interface Rounds {
  readonly rounds: number;
  /** Samples of each subject in a round. */
  readonly iterations: number;
  /** Calls of each subject before the first round. */
  readonly warmup: number;
}

/** One round of a subject. */
export interface Round extends Percentiles {
  /** The first decile: what a call takes if nothing else has the processor meanwhile, on a machine that is not idle. Without collections. */
  readonly p10: number;
  /** Milliseconds that the process had of the processor for one call, collections and compilation included: what a busy machine changes least. */
  readonly processor: number;
}

/** The rounds of each subject, milliseconds. */
export type RunsOf<Name extends string> = Readonly<Record<Name, readonly Round[]>>;

/**
 * Subjects beside each other: every round takes all of them in turn, so that what slows the machine for a while slows each. A
 * round's samples are taken in ten slices, for the same reason.
 */
export async function interleaved<Name extends string>(subjects: Readonly<Record<Name, Subject>>, { rounds, iterations, warmup }: Rounds): Promise<RunsOf<Name>> {
  const names = Object.keys(subjects) as Name[];
  for (const name of names) for (let call = 0; call < warmup; call++) await subjects[name]();
  const runs = Object.fromEntries(names.map((name) => [name, [] as Round[]])) as Record<Name, Round[]>;
  for (let round = 0; round < rounds; round++) {
    const samples = Object.fromEntries(names.map((name) => [name, { times: [], processorUs: 0 }])) as unknown as Record<Name, Samples>;
    for (let slice = 0; slice < SLICES; slice++) for (const name of names) await sample(subjects[name], Math.ceil(iterations / SLICES), samples[name]);
    for (const name of names) runs[name].push(roundOf(samples[name]));
  }
  return runs;
}

const SLICES = 10;

interface Samples {
  readonly times: number[];
  processorUs: number;
}

async function sample(subject: Subject, count: number, into: Samples): Promise<void> {
  const busy = process.cpuUsage();
  for (let call = 0; call < count; call++) {
    const before = performance.now();
    const answer = subject();
    // A subject that does not wait is not made to.
    if (answer instanceof Promise) await answer;
    into.times.push(performance.now() - before);
  }
  const { user, system } = process.cpuUsage(busy);
  into.processorUs += user + system;
}

function roundOf({ times, processorUs }: Samples): Round {
  return { ...percentilesOf(times), p10: percentileOf(times, 0.1), processor: processorUs / 1000 / times.length };
}

/** The ratio of two subjects, round by round: what a slow minute does to both, it does not change. */
export function ratios(above: readonly Round[], below: readonly Round[], key: keyof Round = "p50"): readonly number[] {
  return above.map((round, at) => round[key] / (below[at]?.[key] ?? Number.NaN));
}
