import { describe, expect, it } from "vitest";

import { splitByFamily } from "../quality/families.ts";
import { measureShift, summaryOf, type ShiftRow } from "../quality/measure-shift.ts";
import { FAMILIES, smallWorld } from "./support/small-world.ts";

const CERTIFIED = "250 audits, then 5 %: certified at 95 %";

describe("a deployment on other families of prompts", () => {
  const met = smallWorld();
  /** The families of a seed decide whether the bad one was learned from. */
  const seeds = [0, 1, 2];
  const rows = seeds.flatMap((seed) => measureShift(met, { seed, families: FAMILIES, judge: 0, z: 0.5 }));

  it("loses the quality that a trade-off fixed beforehand was to keep, where a family is met that nobody warned of; audits keep it", () => {
    const summary = new Map(summaryOf(rows).map((one) => [one.method, one]));
    expect(summary.get("plain: fixed beforehand")?.worst).toBeLessThan(-0.05);
    expect(summary.get(CERTIFIED)?.kept).toBe(seeds.length);
    expect(summary.get("learn then test, abstains at shift")?.kept).toBe(seeds.length);
  });

  it("counts what audits cost: whoever audits and releases nothing pays more than the reference", () => {
    const abstained = rows.filter(({ method, abstained: share, audited }) => method === CERTIFIED && share + audited > 0.999);
    for (const { saving, audited } of abstained) expect(saving).toBeCloseTo(-audited / 3, 1);
    const dear = measureShift(met, { seed: 0, families: FAMILIES, judge: 1, z: 0.5 });
    const savingOf = (all: readonly ShiftRow[]): number => all.find(({ method }) => method === CERTIFIED)?.saving ?? 0;
    expect(savingOf(dear)).toBeLessThan(savingOf(rows));
  });

  it("is the same for the same seed, and takes whole families", () => {
    expect(measureShift(met, { seed: 1, families: FAMILIES, judge: 0, z: 0.5 })).toEqual(rows.filter(({ seed }) => seed === 1));
    const { families, learned, deployed } = splitByFamily(met, FAMILIES, 1);
    const known = new Set(learned.map((prompt) => families[prompt]));
    expect(deployed.some((prompt) => known.has(families[prompt]))).toBe(false);
    expect(learned.length + deployed.length).toBe(met.table.prompts.length);
  });
});
