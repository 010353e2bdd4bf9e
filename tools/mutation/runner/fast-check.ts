import real from "fast-check";

/** Put here when the bundle is made: how many cases a property is run on at most. */
declare const MOST_RUNS: number;

type Assert = typeof real.assert;

/** The same cases for every mutant, no more than `MOST_RUNS`; a failure is not made smaller. */
const assert = ((property: Parameters<Assert>[0], terms: Parameters<Assert>[1] = {}) =>
  real.assert(property, { seed: 20_261_130, endOnFailure: true, ...terms, numRuns: Math.min(terms.numRuns ?? 100, MOST_RUNS) })) as Assert;

/** What tests get for `fast-check`. */
const fc: typeof real = { ...real, assert };
export default fc;
