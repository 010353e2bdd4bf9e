import { refusalCodes } from "@caio/core";
import { describe, expect, it } from "vitest";

import { randomWorld } from "../worlds/random-world.ts";
import { worldStatistics } from "../worlds/world-statistics.ts";

const COUNT = 3_000;

describe("random worlds (calculus §10)", () => {
  const statistics = worldStatistics(Array.from({ length: COUNT }, (_world, seed) => randomWorld(seed)));

  it("end in a choice in 40 % or more", () => {
    expect(statistics.chosen / COUNT).toBeGreaterThanOrEqual(0.4);
  });

  it.each(refusalCodes)("end in %s in 2 % or more", (code) => {
    expect(statistics.refused[code] / COUNT).toBeGreaterThanOrEqual(0.02);
  });

  it("have real ties for the best score in 1 % or more", () => {
    expect(statistics.ties / COUNT).toBeGreaterThanOrEqual(0.01);
  });

  it("explore", () => {
    expect(statistics.drawn).toBeGreaterThan(COUNT / 100);
    expect(statistics.explored).toBeGreaterThan(COUNT / 500);
  });

  it("reject pairs at every clause", () => {
    const all = [
      ...["excluded", "health", "capabilities", "guarantees", "constraints", "assumptions", "rule"],
      ...["authentication", "authorization", "privacy", "trust", "access"],
      ...["safety", "policy", "traits", "budget", "latency"],
    ];
    expect(Object.keys(statistics.clauses).sort()).toEqual(all.sort());
    expect(Math.min(...Object.values(statistics.clauses))).toBeGreaterThan(20);
  });
});
