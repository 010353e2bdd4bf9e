import { expect, it } from "vitest";

import { goldenText } from "./golden-worlds.ts";

it("gives the published integers, to the last one", async () => {
  await expect(goldenText()).toMatchFileSnapshot("vectors/golden.json");
});
