import { benchWorld, type BenchSize } from "../bench-world.ts";
import { progress } from "../run/child.ts";
import { interleaved, ratios, type Round, type RunsOf } from "../run/interleaved.ts";
import { asker, checked, type Effort } from "./decision-part.ts";

/** The same decision in worlds of which one axis grows, beside each other in one process. */
export interface GrowthFigures {
  readonly sizes: readonly BenchSize[];
  /** By the place of the size, certified or not. */
  readonly runs: RunsOf<string>;
  /** The largest by the least, round by round. */
  readonly certified: readonly number[];
  readonly uncertified: readonly number[];
  /** As `certified`, by the first decile: what the machine's other work hardly changes. */
  readonly certifiedUndisturbed: readonly number[];
}

/** Must-show 2: how much dearer a decision is in the last world than in the first. */
export async function growthPart(sizes: readonly BenchSize[], { rounds, iterations }: Effort): Promise<GrowthFigures> {
  const subjects: Record<string, () => unknown> = {};
  for (const [place, size] of sizes.entries()) {
    progress(`growth: world of ${JSON.stringify(size)}`);
    const ask = asker(checked(benchWorld(size), size));
    subjects[nameOf(place, true)] = () => ask(true);
    subjects[nameOf(place, false)] = () => ask(false);
  }
  progress("growth: rounds");
  const runs = await interleaved(subjects, { rounds, iterations, warmup: 200 });
  const last = sizes.length - 1;
  const growth = (certified: boolean, key?: keyof Round): readonly number[] => ratios(runs[nameOf(last, certified)] ?? [], runs[nameOf(0, certified)] ?? [], key);
  return { sizes, runs, certified: growth(true), uncertified: growth(false), certifiedUndisturbed: growth(true, "p10") };
}

/** What a world's decisions are called in `runs`. */
export function nameOf(place: number, certified: boolean): string {
  return `${String(place)} ${certified ? "with" : "without"} certificate`;
}
