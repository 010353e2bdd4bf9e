import fc from "fast-check";

import { checked, fallback, par, retry, seq, type Composition, type Leaf } from "../../src/index.ts";

/** A leaf that promises nothing yet. */
export function leaf(serviceId: string, changes: Partial<Leaf> = {}): Leaf {
  return {
    kind: "leaf",
    serviceId,
    promises: [],
    conditional: [],
    timeoutUs: 1000,
    costMicros: 10,
    deterministic: true,
    equivalence: null,
    encryption: "end_to_end",
    compliance: ["gdpr"],
    locality: "local",
    retention: "session",
    requiredTrust: 5,
    ...changes,
  };
}

const leaves = fc
  .record({ serviceId: fc.constantFrom("a", "b", "c", "d"), timeoutUs: fc.constantFrom(100, 1000, 1003) })
  .map(({ serviceId, timeoutUs }) => leaf(serviceId, { timeoutUs }));

const trees = fc.letrec<{ tree: Composition; pair: Composition; again: Composition; leaf: Composition }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie("leaf"), tie("pair"), tie("again")),
  pair: fc
    .tuple(fc.constantFrom(seq, par, fallback, checked), tie("tree"), tie("tree"))
    .map(([build, first, second]) => build(first, second)),
  again: fc
    .tuple(tie("tree"), fc.integer({ min: 1, max: 3 }), fc.constantFrom(0, 7))
    .map(([child, attempts, backoffUs]) => retry(child, attempts, backoffUs)),
  leaf: leaves,
}));

/** Plans of depth up to 3 over four services, which may repeat. */
export const plans: fc.Arbitrary<Composition> = trees.tree;
