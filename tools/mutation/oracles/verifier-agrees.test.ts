import { expect, it } from "vitest";

import { runCampaign } from "../../verification/campaign.ts";
import { checkWorlds } from "../../verification/check-worlds.ts";

/** In small parts: the first that fails ends the run of a mutant. */
it("accepts every certificate of the router", async () => {
  expect((await checkWorlds(70_001, 10)).failing).toEqual([]);
});

it.each([0, 1])("refuses every certificate that was changed, part %i", async (part) => {
  const { survivors } = await runCampaign(71_001 + 3 * part, 3, 20);
  expect(survivors.filter(({ standing }) => standing === "unexplained" || standing === "wrongly refused")).toEqual([]);
});
