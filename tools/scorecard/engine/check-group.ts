import type { Twist } from "../../faults/fault.ts";
import type { Check } from "./check.ts";

/** Cases are made from seeds: so many, from one on. */
export interface Seeds {
  readonly from: number;
  readonly count: number;
  /** What random worlds are brought nearer to, where a broken build shows only there. */
  readonly twist?: Twist | undefined;
}

/** What one check found in a run of seeds. */
export interface Finding {
  readonly check: string;
  /** Cases that it was shown. */
  readonly generated: number;
  /** Of them, those that it said something of; where nothing happened that it speaks of, it holds for want of a case. */
  readonly judged: number;
  /** The first case that broke it. */
  readonly violation?: { readonly seed: number; readonly says: string };
  /** That judging took, without making the cases. */
  readonly ms: number;
}

/** A case, and the seed that it comes from. */
export interface Made<Case> {
  readonly seed: number;
  readonly one: Case;
}

/** Makes the cases of some seeds, by the system as it is or with a fault. One seed may make several. */
export type MakeCases<Case, Fault> = (seeds: Seeds, fault: Fault | undefined) => AsyncIterable<Made<Case>> | Iterable<Made<Case>>;

/** Checks of the same cases. */
export interface CheckGroup {
  /** What the cases are, in the plural. */
  readonly name: string;
  /** The name of each check with its faults. */
  readonly checks: ReadonlyMap<string, readonly string[]>;
  /** Makes every case once, by the system as it is, and has all the checks named judge it. A check stops where it is broken. */
  readonly judge: (seeds: Seeds, checks: readonly string[]) => Promise<readonly Finding[]>;
  /** Has one check judge what a broken system makes, until it fails. */
  readonly look: (seeds: Seeds, check: string, fault: string) => Promise<Finding>;
}

/** Binds checks to what makes their cases. */
export function checkGroup<Case, Fault>(name: string, make: MakeCases<Case, Fault>, checks: readonly Check<Case, Fault>[]): CheckGroup {
  const named = (check: string): Check<Case, Fault> => {
    const found = checks.find((other) => other.name === check);
    if (found === undefined) throw new Error(`Found no check ${check} of ${name}.`);
    return found;
  };
  return {
    name,
    checks: new Map(checks.map((check) => [check.name, Object.keys(check.faults)])),
    judge: (seeds, wanted) => judged(make(seeds, undefined), wanted.map(named)),
    look: async (seeds, wanted, fault) => {
      const check = named(wanted);
      const broken = check.faults[fault];
      if (broken === undefined) throw new Error(`Found no fault ${fault} of ${wanted}.`);
      const [finding] = await judged(make(seeds, broken), [check]);
      if (finding === undefined) throw new Error(`Found nothing of ${wanted}.`);
      return finding;
    },
  };
}

async function judged<Case, Fault>(cases: AsyncIterable<Made<Case>> | Iterable<Made<Case>>, checks: readonly Check<Case, Fault>[]): Promise<readonly Finding[]> {
  const tallies = checks.map((check) => new Tally(check));
  for await (const { seed, one } of cases) {
    for (const tally of tallies) if (tally.finding.violation === undefined) await tally.judge(seed, one);
    if (tallies.every(({ finding }) => finding.violation !== undefined)) break;
  }
  return tallies.map(({ finding }) => finding);
}

class Tally<Case, Fault> {
  readonly #check: Check<Case, Fault>;
  finding: Finding;

  constructor(check: Check<Case, Fault>) {
    this.#check = check;
    this.finding = { check: check.name, generated: 0, judged: 0, ms: 0 };
  }

  async judge(seed: number, one: Case): Promise<void> {
    const started = performance.now();
    const said = this.#check.judge(one);
    const found = said instanceof Promise ? await said : said;
    const { check, generated, judged: before, ms } = this.finding;
    this.finding = {
      check,
      generated: generated + 1,
      judged: before + (found === "vacuous" ? 0 : 1),
      ...(typeof found === "object" ? { violation: { seed, says: found.violation } } : {}),
      ms: ms + performance.now() - started,
    };
  }
}
