import { expect, it } from "vitest";

import { runBenchmark } from "./support/run-benchmark.ts";

it("the grid measures each of its points, and draws them", async () => {
  const { figures, picture } = await runBenchmark("bench/grid.ts", "--quick", "--rounds", "2", "--round-ms", "20", "--svg");
  const points = figures["points"] as { readonly allocation: Record<string, number>; readonly registry: { readonly heap: number } }[];
  expect(points).toHaveLength(5);
  for (const { allocation, registry } of points) {
    expect(Math.min(...Object.values(allocation))).toBeGreaterThan(10_000);
    expect(registry.heap).toBeGreaterThan(1000);
  }
  expect(picture).toContain("<polyline");
});

it("what must be shown is measured: growth and the registry", async () => {
  const { figures } = await runBenchmark("bench/must-show.ts", "--quick", "--only", "growth,registry", "--rounds", "2", "--iterations", "20");
  expect(Object.keys(figures["figures"] as object)).toEqual(["services", "rules", "registration", "swap", "memory"]);
});

it("decisions on several cores go into one log, in memory and durable", async () => {
  const { figures } = await runBenchmark("bench/cores.ts", "--services", "100", "--rules", "20", "--candidates", "5", "--decisions", "80", "--rounds", "1");
  expect(figures["figures"]).toHaveLength(6);
});
