/**
 * `npm run check:tarballs [-- --json --only core,verifier --keep]`: packs every published package, installs each alone into an empty project outside of
 * the repository, runs the examples of its README on Node 20 and 22, imports it and looks whether that changes anything, and checks the types of
 * the examples and of all its declarations under three ways of finding modules. The packages have to be built. Exit code 1 when anything fails;
 * in CI (`CI=true`) also when a version of Node cannot be had.
 */
import { parseArgs } from "node:util";

import { stoppable } from "./run.ts";
import { isCi, NODE_MAJORS } from "./tarballs/node-binaries.ts";
import { RESOLUTIONS } from "./tarballs/check-types.ts";
import { tryTarballs, type Trial } from "./tarballs/try-tarballs.ts";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false }, keep: { type: "boolean", default: false }, only: { type: "string" } } });
const begun = performance.now();
const trial = await stoppable(() => tryTarballs({ only: values.only?.split(","), keep: values.keep, everyNode: isCi(process.env["CI"]) }));
if (values.json) console.log(JSON.stringify(trial, null, 2));
else print(trial);
process.exitCode = trial.problems.length === 0 && trial.rows.length > 0 ? 0 : 1;

function print({ rows, nodes, problems, notes, stages }: Trial): void {
  const columns = [...NODE_MAJORS.map((major) => `Node ${String(major)}`), ...RESOLUTIONS];
  console.log(["package".padEnd(20), "installs".padStart(8), ...columns.map((column) => column.padStart(10))].join(" "));
  for (const row of rows) {
    console.log([row.name.padEnd(20), String(row.packages).padStart(8), ...columns.map((column) => (row.cells[column] ?? "-").padStart(10))].join(" "));
  }
  for (const node of nodes) if ("version" in node) console.log(`Node ${String(node.major)} is ${node.version}`);
  for (const note of notes) console.log(`note: ${note}`);
  for (const problem of problems) console.log(`FAILED ${problem}`);
  const seconds = (performance.now() - begun) / 1000;
  console.log(`${String(rows.length)} packages, ${String(problems.length)} problems, ${seconds.toFixed(0)} s (${stages.map(({ name, seconds: each }) => `${name} ${each.toFixed(0)}`).join(", ")})`);
}
