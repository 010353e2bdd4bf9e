import { caioRoute } from "@caio/orchestrator";
import { expect, it } from "vitest";

import { benchWorld } from "../bench/bench-world.ts";
import { stepNames, timedDecision } from "../bench/decision-steps.ts";
import { overRuns, percentilesOf } from "../bench/percentiles.ts";

it("the steps that are timed are those of the router, each once and in order", { timeout: 60_000 }, () => {
  const world = benchWorld({ services: 60, rules: 8, candidates: 5 });
  const small = { ...world, request: { ...world.request } };
  let now = 0;
  const noted: [string, number][] = [];
  const timed = timedDecision(small, () => (now += 1), (step, ms) => noted.push([step, ms]));
  expect(timed.certificateDigest).toBe(caioRoute(small.request, small.inputs).certificateDigest);
  expect(timed.outcome.models.length).toBe(5);
  expect(noted).toEqual(stepNames.map((name) => [name, 1]));
});

it("percentiles are by nearest rank", () => {
  const samples = Array.from({ length: 100 }, (_sample, index) => 100 - index);
  expect(percentilesOf(samples)).toEqual({ p50: 50, p99: 99 });
  expect(overRuns([3, 1, 2])).toBe("2.000 (1.000–3.000)");
});
