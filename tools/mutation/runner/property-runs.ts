import fc from "fast-check";

/** Properties run on the same cases for every mutant, fewer than in `npm test` where a test does not say how many, and a failure is not made smaller. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_130, numRuns: 40, endOnFailure: true });
