import { expect, it } from "vitest";

import { disagreements, onlineDisagreements } from "../../test/support/agreement.ts";

/** The specification as a program (tools/reference), in small parts: the first that disagrees ends the run of a mutant. */
it.each([0, 1])("router and reference agree on 16 random worlds, part %i", (part) => {
  expect(disagreements(70_001 + 16 * part, 16)).toEqual([]);
});

it("router and reference agree on 8 random worlds in which values are learned online", () => {
  expect(onlineDisagreements(71_001, 8)).toEqual([]);
});
