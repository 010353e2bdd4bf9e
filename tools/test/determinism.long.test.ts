import { describe, expect, it } from "vitest";

import { refusalCodes } from "@caio/core";

import { randomWorld } from "../worlds/random-world.ts";
import { worldStatistics } from "../worlds/world-statistics.ts";
import { differences } from "./support/agreement.ts";

// The scorecard does the same with 10 000 others, the nightly run with 50 000.
it("1 000 random worlds are decided byte for byte the same twice, whatever order their parts come in", () => {
  expect(differences(30_001, 1_000)).toEqual([]);
});

describe("8 000 random worlds", () => {
  const COUNT = 8_000;
  it("are honest (calculus §10)", () => {
    const statistics = worldStatistics(worlds(COUNT));
    expect(statistics.chosen / COUNT).toBeGreaterThanOrEqual(0.4);
    expect(statistics.ties / COUNT).toBeGreaterThanOrEqual(0.01);
    const shares = refusalCodes.map((code) => statistics.refused[code] / COUNT);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.02);
    console.log(JSON.stringify({ ...statistics, clauses: undefined }));
  });
});

function* worlds(count: number): Iterable<ReturnType<typeof randomWorld>> {
  for (let seed = 1; seed <= count; seed++) yield randomWorld(seed);
}
