/**
 * `nx run tools:floors` (`tsx -C @caio/source tools/architecture/floors.ts [--graph graph.json]`): fails on an arrow that the floors
 * forbid or on source files that grew too long. With `--graph`, the arrows are those of `nx graph --file=graph.json`.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { fileLengths } from "./file-lengths.ts";
import { forbiddenArrows } from "./forbidden-arrows.ts";
import { withGraph, type GraphFile } from "./graph-file.ts";
import { readProjects, ROOT } from "./projects.ts";

const LONGEST_MEDIAN = 100;
const LONGEST_P90 = 250;

const { values } = parseArgs({ options: { graph: { type: "string" } } });
const declared = readProjects();
const projects = values.graph === undefined ? declared : withGraph(declared, JSON.parse(readFileSync(values.graph, "utf8")) as GraphFile);
const forbidden = forbiddenArrows(projects);
const arrows = projects.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
console.log(`${String(projects.length)} projects, ${String(arrows)} arrows, ${String(forbidden.length)} forbidden`);
for (const arrow of forbidden) console.log(`  ${arrow}`);

const { files, median, p90, longest } = fileLengths(ROOT);
console.log(`${String(files)} source files: median ${String(median)} lines, p90 ${String(p90)}, longest ${String(longest.lines)} (${longest.path})`);
process.exitCode = forbidden.length === 0 && median <= LONGEST_MEDIAN && p90 <= LONGEST_P90 ? 0 : 1;
