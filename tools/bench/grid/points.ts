import type { BenchSize } from "../bench-world.ts";

/** A size, and the lines of the picture that go through it. */
export interface GridPoint {
  readonly axes: readonly Axis[];
  readonly size: Required<Omit<BenchSize, "firing">> & Pick<BenchSize, "firing">;
}

export const axes = ["|R|", "|P|, 5 can fire", "|P|, all fire", "candidates", "|Q|", "corner"] as const;
export type Axis = (typeof axes)[number];

type Size = GridPoint["size"];

const FIRING = 5;
const base: Size = { services: 10_000, rules: 1000, firing: FIRING, candidates: 20, asked: 10 };

/** One axis at a time around a base, and the corners: the least of everything, the most of everything, and what a large house has. */
export function gridPoints(quick: boolean): readonly GridPoint[] {
  return quick ? points(smaller(base), [100], [100], [5], [1], []) : points(base, [100, 1000, 10_000, 100_000], [10, 100, 1000], [5, 20, 100, 1000], [1, 10, 100], corners());
}

function smaller(size: Size): Size {
  return { ...size, services: 500, rules: 100 };
}

/** All rules fire. */
function withoutGuards(size: Size): Size {
  const { services, rules, candidates, asked } = size;
  return { services, rules, candidates, asked };
}

function corners(): readonly Size[] {
  return [
    { services: 100, rules: 10, firing: FIRING, candidates: 5, asked: 1 },
    { ...base, services: 100_000, candidates: 100 },
    withoutGuards({ ...base, services: 100_000, candidates: 1000, asked: 100 }),
  ];
}

function points(center: Size, services: readonly number[], rules: readonly number[], candidates: readonly number[], asked: readonly number[], others: readonly Size[]): readonly GridPoint[] {
  const found = new Map<string, { readonly axes: Axis[]; readonly size: Size }>();
  const add = (axis: Axis, size: Size): void => {
    const key = JSON.stringify([size.services, size.rules, size.firing ?? "all", size.candidates, size.asked]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { axes: [axis], size });
    else known.axes.push(axis);
  };
  for (const each of services) add("|R|", { ...center, services: each });
  for (const each of rules) add("|P|, 5 can fire", { ...center, rules: each });
  for (const each of rules) add("|P|, all fire", withoutGuards({ ...center, rules: each }));
  for (const each of candidates) add("candidates", { ...center, candidates: each });
  for (const each of asked) add("|Q|", { ...center, asked: each });
  for (const size of others) add("corner", size);
  return [...found.values()];
}
