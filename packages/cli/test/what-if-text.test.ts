import type { Estimate, Evaluation } from "@caio/learning";
import { describe, expect, it } from "vitest";

import { styleOf } from "../src/present/style.ts";
import { whatIfText } from "../src/present/what-if.ts";
import type { WhatIf } from "../src/whatif/what-if.ts";

const around = (value: number, half: number): Estimate => ({ value, low: value - half, high: value + half, standardError: half / 2 });
const overlap = { rows: 12, changedRows: 6, seenChanges: 3, largestWeight: 2, expectedSize: 11, effectiveSize: 11, uncovered: 0 };

/** Every interval leaves its range at both ends, as few decisions make it. */
function evaluated(value: number, half: number): Evaluation {
  const each = around(value, half);
  return { kind: "estimated", overlap, logged: each, doublyRobust: each, selfNormalised: each, inversePropensity: each, difference: around(0, 2 * half) } as Evaluation;
}

function textOf(change: Partial<WhatIf>): string {
  const answer: WhatIf = {
    reward: "outcome", decisions: 12, changed: 6,
    leftOut: { refused: 0, followUps: 0, withoutCertificate: 0, otherRules: 0, notReproduced: 0, withoutReward: 0 },
    value: evaluated(1, 0.58), promisedCost: null, promisedLatency: null, measuredCost: evaluated(1000, 3000), measuredLatency: evaluated(4000, 6400), pairs: [], aspects: {},
    ...change,
  };
  return whatIfText(answer, styleOf({ colours: false }));
}

const row = (text: string, name: string): string => text.split("\n").find((line) => line.startsWith(name))?.replaceAll(/ +/g, " ").trim() ?? "";

describe("what a shown interval says", () => {
  it("is what is possible: of rewards 0 to 1, of costs and latencies nothing below 0; differences have both signs", () => {
    const text = textOf({});
    expect(row(text, "outcome ")).toBe("outcome 1.000 (0.420 … 1.000) 1.000 (0.420 … 1.000) 0.000 (-1.160 … 1.160)");
    expect(row(text, "measured cost")).toBe("measured cost 0.001000 (0.000000 … 0.004000) 0.001000 (0.000000 … 0.004000) 0.000000 (-0.006000 … 0.006000)");
    expect(row(text, "measured latency")).toBe("measured latency 4.0 ms (0.0 ms … 10.4 ms) 4.0 ms (0.0 ms … 10.4 ms) 0.0 ms (-12.8 ms … 12.8 ms)");
    for (const name of ["doubly robust", "self-normalised", "inverse propensity"]) expect(row(text, name)).toBe(`${name} 1.000 0.420 … 1.000 0.2900`);
  });

  it("is between bounds in the same range where the log cannot say, and nothing of amounts, which end nowhere", () => {
    const refused = { kind: "no_overlap", overlap, reason: "no_rows", logged: around(1, 0.58), bounds: { low: -0.1, high: 1.2, unseen: 0.5 } } as Evaluation;
    const text = textOf({ value: refused, measuredCost: refused });
    expect(row(text, "outcome ")).toBe("outcome 1.000 (0.420 … 1.000) between 0.000 … 1.000");
    expect(row(text, "measured cost")).toContain("unknown: no overlap");
  });
});
