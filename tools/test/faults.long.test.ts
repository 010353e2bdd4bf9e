import { describe, expect, it } from "vitest";

import { catalogue } from "../faults/catalogue/catalogue.ts";
import { isAsStated } from "../faults/trial.ts";
import { tryFault } from "../faults/try-fault.ts";

/** One of a kind: a verdict, a term, the choice, a certificate, one that no reader can see, a plan's bundle and its verifier. */
const SAMPLE = ["expired-token", "swapped-terms", "propensity-misreported", "commitments-without-salt", "one-salt-for-all", "plan-excluded-let-in", "plan-parent-unchecked"];

/** What needs a log is tried once and is quick; of what random worlds show, a sample. */
const chosen = catalogue.filter(({ id, scenario }) => scenario !== undefined || SAMPLE.includes(id));

describe("a fault is caught, or stated to be invisible", () => {
  it.each(chosen)("$id", async (fault) => {
    const { caughtBy, changed, ...trial } = await tryFault(fault, fault.attested === undefined ? 500 : 10);
    expect([isAsStated({ ...trial, caughtBy, changed }), caughtBy, changed]).toEqual([true, caughtBy, changed]);
  });
});
