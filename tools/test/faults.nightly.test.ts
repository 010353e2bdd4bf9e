import { describe, expect, it } from "vitest";

import { catalogue } from "../faults/catalogue/catalogue.ts";
import { isAsStated } from "../faults/trial.ts";
import { tryFault } from "../faults/try-fault.ts";

describe("every fault is caught, or stated to be invisible", () => {
  it.each(catalogue)("$id", async (fault) => {
    const { caughtBy, changed, ...trial } = await tryFault(fault, fault.attested === undefined ? 10_000 : 200);
    expect([isAsStated({ ...trial, caughtBy, changed }), caughtBy, changed]).toEqual([true, caughtBy, changed]);
  });
});
