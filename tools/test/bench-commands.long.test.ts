import { expect, it } from "vitest";

import { runBenchmark } from "./support/run-benchmark.ts";

// Those that take half a minute each are in bench-commands.nightly.test.ts.

it("the router and everyone beside it are compared in every shop", async () => {
  const { printed, figures } = await runBenchmark("compare/compare.ts", "--quick", "--rounds", "1");
  expect(figures["shops"]).toHaveLength(3);
  expect(printed.match(/The fastest engine is/g)).toHaveLength(3);
});

it("the simulation of scale misses no decision", async () => {
  const { printed } = await runBenchmark("scale/simulate.ts", "--hours", "0.1");
  expect(printed).toContain("30 over an ocean");
});
