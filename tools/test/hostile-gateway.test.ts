import { it } from "vitest";

import { expectUnharmed } from "./support/expect-unharmed.ts";

it("80 hostile requests bring forth no failure of the gateway, and none of its secrets", { timeout: 600_000 }, async () => {
  await expectUnharmed(80, 7);
});
