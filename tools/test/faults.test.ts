import { describe, expect, it } from "vitest";

import { occurrences } from "../faults/broken/source-edit.ts";
import { catalogue } from "../faults/catalogue/catalogue.ts";
import { isAsStated } from "../faults/trial.ts";
import { tryFault } from "../faults/try-fault.ts";

/** Fast ones: a term, a plan's tie, and what was linked after a lost batch. */
const SAMPLE = ["swapped-terms", "plan-ties-reversed", "lost-batch-alone"];

describe("the fault catalogue", () => {
  it("holds at least 25 faults that are to be caught, each with a name of its own", () => {
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
    expect(catalogue.filter(({ attested }) => attested === undefined).length).toBeGreaterThanOrEqual(25);
  });

  it.each(catalogue)("$id edits text that stands once in its file", (fault) => {
    expect(occurrences(fault)).toBe(1);
    expect(fault.replace).not.toBe(fault.find);
  });

  it.each(catalogue.filter(({ id }) => SAMPLE.includes(id)))("$id is as stated", { timeout: 120_000 }, async (fault) => {
    const trial = await tryFault(fault, fault.attested === undefined ? 500 : 10);
    expect([isAsStated(trial), trial.caughtBy, trial.changed]).toEqual([true, trial.caughtBy, trial.changed]);
  });
});
