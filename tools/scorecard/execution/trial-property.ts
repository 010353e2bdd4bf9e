import type { Finding, Judgement, Property, RunTerms } from "../property.ts";
import { decisionOf } from "../routing/world-property.ts";
import { runTrial, type Breakage, type Trial } from "./trial.ts";

/** Trials are dear: at most one for so many worlds. */
const EVERY = 4;

/** Trials of the sound orchestrator are the same for every property. */
const trials = new Map<number, Promise<Trial>>();

/** A property of requests that were carried out. Worlds that end in a refusal say little: one in eight of them is tried. */
export function trialProperty(
  name: string,
  judge: (trial: Trial) => Judgement | Promise<Judgement>,
  faults: Readonly<Record<string, Breakage>>,
): Property {
  return {
    name,
    faults: Object.keys(faults),
    run: async ({ seed, cases, fault }: RunTerms): Promise<Finding> => {
      const broken = fault === undefined ? undefined : faults[fault];
      let judged = 0;
      for (let at = seed; at < seed + cases; at += EVERY) {
        if (decisionOf(at).kind === "refused" && at % 8 !== 0) continue;
        const found = await judge(await (broken === undefined ? soundTrial(at) : runTrial(at, broken)));
        if (typeof found === "object") return { cases: judged, violation: `trial ${String(at)}: ${found.violation}` };
        if (found === "holds") judged += 1;
      }
      return { cases: judged };
    },
  };
}

function soundTrial(seed: number): Promise<Trial> {
  const known = trials.get(seed);
  if (known !== undefined) return known;
  const made = runTrial(seed);
  trials.set(seed, made);
  return made;
}
