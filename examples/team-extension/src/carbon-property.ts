import { extendCatalogue, type PropertyDefinition } from "@caio/contracts";

/**
 * Grams of CO2 that one call sets free, at most. Files say `carbon_grams: 0.25`; kept in millionths of a gram, so that sums are of integers.
 *
 * Its algebra: everything that is called counts. So grams add up over steps, over branches beside each other, over alternatives of which
 * the first failed, and over retries; it is a promise about an attempt however it ends.
 */
export const carbonProperty: PropertyDefinition = {
  name: "carbon",
  unit: "micros",
  direction: "lower",
  ratio: false,
  row: { seq: "sum", par: "sum", fallback: "sum", retry: "times" },
  defaultCoveragePpm: 1_000_000,
  spellings: [{ spelling: "carbon_grams", digits: 6 }],
};

/** The properties that everyone knows, and the team's. */
export const carbonCatalogue: readonly PropertyDefinition[] = extendCatalogue(carbonProperty);
