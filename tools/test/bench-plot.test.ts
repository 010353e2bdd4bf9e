import { ContractParser } from "@caio/contracts";
import { expect, it } from "vitest";

import { gridPoints } from "../bench/grid/points.ts";
import { linePanels } from "../bench/plot/line-panels.ts";
import { linearScale, logScale } from "../bench/plot/scale.ts";
import { contractYaml } from "../bench/world/bench-yaml.ts";

it("a logarithmic scale begins and ends at powers of ten and keeps ratios", () => {
  const scale = logScale([0.3, 40], [100, 0]);
  expect(scale.ticks).toEqual([0.1, 1, 10, 100]);
  expect(scale.at(0.1)).toBe(100);
  expect(scale.at(100)).toBe(0);
  expect(scale.at(10) - scale.at(1)).toBeCloseTo(scale.at(100) - scale.at(10));
});

it("a linear scale begins at nought and holds what it is made for", () => {
  const scale = linearScale([3, 47], [0, 500]);
  expect(scale.ticks).toEqual([0, 10, 20, 30, 40, 50]);
  expect(scale.at(25)).toBe(250);
});

it("a picture has a line for each name, and takes no text for markup", () => {
  const lines = [{ name: "a < b", points: [{ x: 1, y: 1, low: 0.5, high: 2 }, { x: 10, y: 3 }] }];
  const svg = linePanels({ title: "A & B", xScale: "log", yScale: "log", yLabel: "ms", columns: 1, panels: [{ title: "one", lines }] });
  expect(svg.match(/<polyline/g)).toHaveLength(1);
  expect(svg).toContain("<title>A &amp; B</title>");
  expect(svg).toContain("a &lt; b");
  expect(svg).not.toContain("NaN");
});

it("the grid varies one axis at a time around its base, and measures no size twice", () => {
  const points = gridPoints(false);
  const [base] = points.filter(({ axes }) => axes.length > 1);
  expect(base?.axes).toEqual(["|R|", "|P|, 5 can fire", "candidates", "|Q|"]);
  for (const { axes, size } of points) {
    if (axes.includes("corner")) continue;
    const changed = (["services", "rules", "candidates", "asked", "firing"] as const).filter((key) => size[key] !== base?.size[key]);
    expect(changed.filter((key) => key !== "firing").length).toBeLessThanOrEqual(1);
  }
  expect(new Set(points.map(({ size }) => JSON.stringify(size))).size).toBe(points.length);
});

it("the contracts that registration is measured with are real, and every one is another", () => {
  const parser = new ContractParser();
  const parsed = [0, 1, 2, 3, 4, 5].map((index) => parser.parse(contractYaml(index), { file: "bench.yaml" }));
  expect(new Set(parsed.map(({ serviceId }) => serviceId)).size).toBe(6);
  expect(parsed.map(({ models }) => models.length)).toEqual([0, 2, 0, 0, 2, 0]);
});
