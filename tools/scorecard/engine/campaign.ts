import type { Twist } from "../../faults/fault.ts";
import type { CheckGroup, Finding } from "./check-group.ts";
import type { Runner } from "./task.ts";

/** Seeds of one task: few enough that the last tasks end at about the same time, many enough that nobody waits for work. */
const CHUNK = 250;
/** The first round shows how many seeds a check needs: a tenth of the cases, and no fewer than this. */
const PILOT = 25;
/** More than the counts so far promise, so that one more round does. */
const MARGIN = 25;
/** A check that says nothing of nearly all cases is not waited for: at most so many seeds for a case that is wanted. */
const MOST_SEEDS = 12;
/** A fault may show in one world of a thousand: it is looked for at least this far. */
const FAULT_SEEDS = 10_000;

/** How far to go, from where. */
export interface CampaignTerms {
  readonly seed: number;
  /** Cases that each check is to say something of. */
  readonly cases: number;
  readonly twist?: Twist | undefined;
  /** False: nothing is broken on purpose, since a source file already is. */
  readonly faults?: boolean;
  readonly progress?: (state: Progress) => void;
}

/** How far a campaign has come. */
export interface Progress {
  readonly group: string;
  /** Seeds of this group, or faults. */
  readonly done: number;
  readonly of: number;
}

/** What became of a fault: the seed of the first case that showed it, or none. */
export interface FaultFinding {
  readonly fault: string;
  readonly seed?: number;
  readonly ms: number;
}

/** What a campaign found of one check. */
export interface CheckResult extends Finding {
  /** What it judges. */
  readonly group: string;
  readonly faults: readonly FaultFinding[];
}

/**
 * Runs the checks named: cases are made once for all checks of a group, in rounds until each has said something of as many as are
 * wanted; and every fault is looked for. Equal terms give equal results, however many work at it.
 */
export async function runCampaign(groups: readonly CheckGroup[], wanted: ReadonlySet<string>, terms: CampaignTerms, run: Runner): Promise<readonly CheckResult[]> {
  const chosen = groups.flatMap((group) => {
    const checks = [...group.checks.keys()].filter((check) => wanted.has(check));
    return checks.length === 0 ? [] : [{ group, checks }];
  });
  const broken = terms.faults === false ? Promise.resolve(new Map<string, readonly FaultFinding[]>()) : lookForFaults(chosen, terms, run);
  const [faults, ...findings] = await Promise.all([broken, ...chosen.map((one) => judgeInRounds(one, terms, run))]);
  return findings.flat().map((finding) => ({ ...finding, faults: faults.get(finding.check) ?? [] }));
}

interface Chosen {
  readonly group: CheckGroup;
  readonly checks: readonly string[];
}

async function judgeInRounds({ group, checks }: Chosen, terms: CampaignTerms, run: Runner): Promise<readonly (Finding & { readonly group: string })[]> {
  const found = new Map<string, Finding>(checks.map((check) => [check, { check, generated: 0, judged: 0, ms: 0 }]));
  let from = terms.seed;
  const most = terms.cases * MOST_SEEDS;
  for (;;) {
    const open = [...found.values()].filter(({ judged, violation }) => judged < terms.cases && violation === undefined);
    const made = from - terms.seed;
    // Up to where the next check has enough, so that the dear ones are shown no more than they need.
    const count = Math.min(most - made, ...open.map((finding) => seedsFor(finding, terms.cases, made)));
    if (open.length === 0 || count <= 0) break;
    for (const finding of await judgeRound(group, open.map(({ check }) => check), { ...terms, from, count, done: made }, run)) {
      found.set(finding.check, merged(found.get(finding.check) ?? finding, finding));
    }
    from += count;
  }
  return [...found.values()].map((finding) => ({ ...finding, group: group.name }));
}

/** Seeds that are likely to give the cases that are still missing, by what those before gave. */
function seedsFor({ judged }: Finding, cases: number, made: number): number {
  if (made === 0) return Math.max(PILOT, Math.ceil(cases / 10));
  return judged === 0 ? made : Math.ceil((((cases - judged) * made) / judged) * 1.02) + MARGIN;
}

interface Round extends CampaignTerms {
  readonly from: number;
  readonly count: number;
  /** Seeds before. */
  readonly done: number;
}

async function judgeRound({ name }: CheckGroup, checks: readonly string[], { from, count, done, twist, progress }: Round, run: Runner): Promise<readonly Finding[]> {
  const starts = Array.from({ length: Math.ceil(count / CHUNK) }, (_, at) => at * CHUNK);
  let finished = done;
  const chunks = await Promise.all(
    starts.map(async (start) => {
      const size = Math.min(CHUNK, count - start);
      const findings = await run({ kind: "judge", group: name, checks, seeds: { from: from + start, count: size, twist } });
      finished += size;
      progress?.({ group: name, done: finished, of: done + count });
      return findings;
    }),
  );
  return checks.map((check) => {
    const [first = { check, generated: 0, judged: 0, ms: 0 }, ...others] = chunks.flat().filter((finding) => finding.check === check);
    return others.reduce(merged, first);
  });
}

/** Two runs of one check as one: of two violations the earlier counts, and what comes after it does not. */
function merged(a: Finding, b: Finding): Finding {
  if (a.violation !== undefined) return { ...a, ms: a.ms + b.ms };
  return { ...b, generated: a.generated + b.generated, judged: a.judged + b.judged, ms: a.ms + b.ms };
}

async function lookForFaults(chosen: readonly Chosen[], { seed, cases, progress }: CampaignTerms, run: Runner): Promise<ReadonlyMap<string, readonly FaultFinding[]>> {
  const all = chosen.flatMap(({ group, checks }) => checks.flatMap((check) => (group.checks.get(check) ?? []).map((fault) => ({ group: group.name, check, fault }))));
  let done = 0;
  const found = await Promise.all(
    all.map(async ({ group, check, fault }) => {
      const [finding] = await run({ kind: "look", group, check, fault, seeds: { from: seed, count: Math.max(cases, FAULT_SEEDS) } });
      progress?.({ group: "faults", done: ++done, of: all.length });
      const at = finding?.violation?.seed;
      return { check, found: { fault, ms: finding?.ms ?? 0, ...(at === undefined ? {} : { seed: at }) } };
    }),
  );
  return new Map(chosen.flatMap(({ checks }) => checks).map((check) => [check, found.filter((one) => one.check === check).map(({ found: one }) => one)]));
}
