import fc from "fast-check";

import type { Composition } from "../../src/index.ts";

/** What one attempt does at one point of the probability space, if it is made and nobody stops it. */
export interface Outcome {
  readonly answers: boolean;
  readonly timeUs: number;
  readonly wrong: boolean;
}

/** How the bad parts of different attempts lie to each other. */
const couplings = ["comonotone", "antimonotone", "exclusive", "arbitrary"] as const;
type Coupling = (typeof couplings)[number];

/** A finite probability space: integer weights, and the outcome of every attempt at every point. */
export interface JointWorld {
  readonly weights: readonly number[];
  /** By attempt: the place in the plan and the turn of each retry around it. */
  readonly outcomes: ReadonlyMap<string, readonly Outcome[]>;
}

/** Every attempt that a plan may make: `plan.0#1.1` is the second child of what the first child's second turn runs. */
export function attemptsOf(tree: Composition, place = "plan"): { place: string; serviceId: string; timeoutUs: number }[] {
  if (tree.kind === "leaf") return [{ place, serviceId: tree.serviceId, timeoutUs: tree.timeoutUs }];
  if (tree.kind === "retry") {
    return Array.from({ length: tree.attempts }, (_, turn) => attemptsOf(tree.child, `${place}#${String(turn)}.0`)).flat();
  }
  return [...attemptsOf(tree.first, `${place}.0`), ...attemptsOf(tree.second, `${place}.1`)];
}

/** The place of a leaf in the plan: an attempt's place without the turns. */
export function leafPlace(attempt: string): string {
  return attempt.replace(/#\d+/g, "");
}

/** One kind of badness of one attempt: on how many points, and where they lie if the coupling is arbitrary. */
const badness = fc.record({ share: fc.integer({ min: 0, max: 5 }), order: fc.infiniteStream(fc.nat()) });

/** Worlds for a plan under any coupling. */
export function jointWorlds(tree: Composition): fc.Arbitrary<JointWorld> {
  const attempts = attemptsOf(tree);
  return fc
    .record({
      weights: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 16 }),
      coupling: fc.constantFrom(...couplings),
      failed: fc.array(badness, { minLength: attempts.length, maxLength: attempts.length }),
      slow: fc.array(badness, { minLength: attempts.length, maxLength: attempts.length }),
      wrong: fc.array(badness, { minLength: attempts.length, maxLength: attempts.length }),
    })
    .map(({ weights, coupling, failed, slow, wrong }) => {
      const size = weights.length;
      const failures = place(failed, coupling, size);
      const delays = place(slow, coupling, size);
      const faults = place(wrong, coupling, size);
      const outcomes = attempts.map(({ place: key, timeoutUs }, index): [string, Outcome[]] => [
        key,
        weights.map((_, point) => ({
          answers: !isIn(failures, index, point),
          timeUs: timeOf(timeoutUs, isIn(delays, index, point), isIn(delays, index + 1, point)),
          wrong: isIn(faults, index, point),
        })),
      ]);
      return { weights, outcomes: new Map(outcomes) };
    });
}

/** A tenth of the timeout, six tenths where it is slow, past the timeout where it is slow twice over. */
function timeOf(timeoutUs: number, slow: boolean, slower: boolean): number {
  if (!slow) return Math.ceil(timeoutUs / 10);
  return slower ? timeoutUs + 1 : Math.ceil((timeoutUs * 6) / 10);
}

/** The points where each attempt is bad. */
function place(parts: readonly { share: number; order: Iterator<number> }[], coupling: Coupling, size: number): ReadonlySet<number>[] {
  let next = 0;
  return parts.map(({ share, order }, index) => {
    const length = Math.min(share, size);
    const starts = { comonotone: 0, antimonotone: index % 2 === 0 ? 0 : size - length, exclusive: next, arbitrary: 0 };
    next += length;
    return new Set(
      Array.from({ length }, (_, step) =>
        coupling === "arbitrary" ? Number(order.next().value) % size : (starts[coupling] + step) % size,
      ),
    );
  });
}

function isIn(sets: readonly ReadonlySet<number>[], index: number, point: number): boolean {
  return sets[index]?.has(point) ?? false;
}
