import { expect, it } from "vitest";

import { runCampaign } from "../../verification/campaign.ts";
import { checkWorlds } from "../../verification/check-worlds.ts";

/** In small parts: the first that fails ends the run of a mutant. */
it.each([0, 1])("accepts every certificate of the router, part %i", async (part) => {
  expect((await checkWorlds(70_001 + 14 * part, 14)).failing).toEqual([]);
});

it.each([0])("refuses every certificate that was changed, part %i", async (part) => {
  const { survivors } = await runCampaign(71_001 + 4 * part, 4, 15);
  expect(survivors.filter(({ standing }) => standing === "unexplained" || standing === "wrongly refused")).toEqual([]);
});
