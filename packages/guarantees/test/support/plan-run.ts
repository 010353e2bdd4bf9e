import type { Composition } from "../../src/index.ts";
import type { JointWorld } from "./joint-world.ts";

/** How a run of a plan, or of a part of it, ends at one point. */
export interface RunEnd {
  readonly answered: boolean;
  readonly timeUs: number;
  readonly wrong: boolean;
}

/** Called for every attempt that is really made. */
export type OnAttempt = (attempt: string, point: number, end: RunEnd) => void;

/** Runs the plan at one point of the world as an executor would: timeouts enforced, the rest as it happens. */
export function runPlan(tree: Composition, world: JointWorld, point: number, onAttempt?: OnAttempt, place = "plan"): RunEnd {
  const run = (part: Composition, at: string): RunEnd => runPlan(part, world, point, onAttempt, at);
  switch (tree.kind) {
    case "leaf": {
      const outcome = world.outcomes.get(place)?.[point];
      if (outcome === undefined) throw new Error(`no outcome for ${place}`);
      const answered = outcome.answers && outcome.timeUs <= tree.timeoutUs;
      const end = { answered, timeUs: Math.min(outcome.timeUs, tree.timeoutUs), wrong: outcome.wrong };
      onAttempt?.(place, point, end);
      return end;
    }
    case "seq": {
      const first = run(tree.first, `${place}.0`);
      if (!first.answered) return first;
      const second = run(tree.second, `${place}.1`);
      return { answered: second.answered, timeUs: first.timeUs + second.timeUs, wrong: first.wrong || second.wrong };
    }
    case "par": {
      const first = run(tree.first, `${place}.0`);
      const second = run(tree.second, `${place}.1`);
      const timeUs = Math.max(first.timeUs, second.timeUs);
      return { answered: first.answered && second.answered, timeUs, wrong: first.wrong || second.wrong };
    }
    case "fallback": {
      const first = run(tree.first, `${place}.0`);
      if (first.answered) return first;
      const second = run(tree.second, `${place}.1`);
      return { ...second, timeUs: first.timeUs + second.timeUs };
    }
    case "checked": {
      const answer = run(tree.first, `${place}.0`);
      if (!answer.answered) return answer;
      const verdict = run(tree.second, `${place}.1`);
      const passes = verdict.answered && answer.wrong === verdict.wrong;
      return { answered: passes, timeUs: answer.timeUs + verdict.timeUs, wrong: answer.wrong };
    }
    case "retry": {
      let timeUs = 0;
      for (let turn = 0; ; turn++) {
        const end = run(tree.child, `${place}#${String(turn)}.0`);
        timeUs += end.timeUs;
        if (end.answered || turn + 1 === tree.attempts) return { ...end, timeUs };
        timeUs += tree.backoffUs;
      }
    }
  }
}
