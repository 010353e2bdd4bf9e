import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { fileLengths } from "../architecture/file-lengths.ts";
import { forbiddenArrows } from "../architecture/forbidden-arrows.ts";
import { withGraph } from "../architecture/graph-file.ts";
import { readProjects, ROOT, type Project } from "../architecture/projects.ts";

const projects = readProjects();

function project(name: string, floor: number, dependencies: readonly string[], scope = name): Project {
  return { name, folder: `packages/${name}`, floor, scope, dependencies };
}

describe("the floors", () => {
  it("forbid no arrow of the house", () => {
    expect(projects.length).toBeGreaterThanOrEqual(16);
    expect(forbiddenArrows(projects)).toEqual([]);
  });

  it.each([
    ["up", project("a", 1, ["b"]), project("b", 2, [])],
    ["sideways", project("a", 1, ["b"]), project("b", 1, [])],
    ["from the wiring to an edge", project("a", 3, ["b"]), project("b", 2, [])],
    ["out of core", project("a", 0, ["b"], "core"), project("b", 0, [])],
    ["out of the verifier", project("a", 1, ["b"], "verifier"), project("b", 0, [])],
  ])("forbid an arrow %s", (_name, from, to) => {
    expect(forbiddenArrows([from, to])).toEqual([`a (floor ${String(from.floor)}) → b (floor ${String(to.floor)})`]);
  });

  it("are checked on the arrows that Nx found as well", () => {
    const data = (root: string): { data: { root: string } } => ({ data: { root } });
    const graph = {
      nodes: { core: data("packages/core"), rules: data("packages/rules") },
      dependencies: { core: [{ source: "core", target: "rules" }], rules: [{ source: "rules", target: "npm:cel" }] },
    };
    expect(forbiddenArrows(withGraph(projects, { graph }))).toEqual(["@caio/core (floor 0) → @caio/rules (floor 1)"]);
  });

  it("are those of docs/architecture.md", () => {
    const text = readFileSync(new URL("docs/architecture.md", ROOT), "utf8");
    const rows = [...text.matchAll(/^\| (\d) [^|]*\| ([^|]*)\|/gm)];
    const written = rows.flatMap(([, floor = "", names = ""]) => [...names.matchAll(/\[([a-z-]+)\]\(\.\.\/([a-z/-]+)\)/g)].map(([, , folder]) => `${floor} ${folder ?? ""}`));
    expect(written.sort()).toEqual(projects.map(({ floor, folder }) => `${String(floor)} ${folder}`).sort());
  });
});

it("source files are short: median at most 100 lines, p90 at most 250", () => {
  const { files, median, p90 } = fileLengths(ROOT);
  expect(files).toBeGreaterThan(200);
  expect(median).toBeLessThanOrEqual(100);
  expect(p90).toBeLessThanOrEqual(250);
});
