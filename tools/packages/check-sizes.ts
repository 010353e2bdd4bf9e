/**
 * `npm run check:sizes [-- --json --update --only core,verifier]`: how large every published package is packed, unpacked, and bundled (minified, gzip; its own
 * code, and with all it depends on), held against `sizes/budgets.json`; what `import { one }` leaves of it, and that `import "it"` leaves nothing.
 * The packages have to be built. Exit code 1 over a budget.
 */
import { parseArgs } from "node:util";

import { packagesIn, publishedPackages } from "./published.ts";
import { goOn, stoppable } from "./run.ts";
import { inScratchFolder } from "./scratch-folder.ts";
import { budgetsFor, judgeSizes, MEASURES, readBudgets, writeBudgets, type Measure, type Sizes } from "./sizes/budget.ts";
import { measureBundle, type BundleSizes } from "./sizes/measure-bundle.ts";
import { packAll } from "./tarballs/pack.ts";

interface Row {
  readonly name: string;
  readonly sizes: Sizes;
  readonly used: Readonly<Record<Measure, number>>;
  readonly bundle: BundleSizes;
  readonly one: string;
}

const { values } = parseArgs({ options: { json: { type: "boolean", default: false }, update: { type: "boolean", default: false }, only: { type: "string" } } });
const begun = performance.now();
const budgets = readBudgets();
const problems: string[] = [];
const rows = await stoppable(measureAll);
if (values.update) writeBudgets({ ...budgets, ...budgetsFor(new Map(rows.map(({ name, sizes, one }) => [name, { ...sizes, one }]))) });
if (values.json) console.log(JSON.stringify({ rows, problems }, null, 2));
else print();
process.exitCode = (problems.length === 0 || values.update) && rows.length > 0 ? 0 : 1;

async function measureAll(): Promise<readonly Row[]> {
  const packages = packagesIn(values.only?.split(","), publishedPackages());
  const tarballs = await inScratchFolder("sizes", (folder) => packAll(packages, folder));
  const measured: Row[] = [];
  for (const source of packages) {
    await goOn();
    const { name } = source.manifest;
    const budget = budgets[name];
    const one = budget?.one ?? "";
    const bundle = await measureBundle(source, one === "" ? "default as one" : one);
    const tarball = tarballs.find((each) => each.name === name);
    const sizes = { packed: tarball?.packed ?? Number.NaN, unpacked: tarball?.unpacked ?? Number.NaN, own: bundle.own.gzip, whole: bundle.whole.gzip };
    const verdict = judgeSizes(name, sizes, budget);
    problems.push(...verdict.problems, ...bundle.undeclared.map((wanted) => `${name} imports ${wanted} and does not declare it.`));
    if (bundle.none.minified > 0) problems.push(`${name}: ${String(bundle.none.minified)} bytes are left of an import of which nothing is used.`);
    measured.push({ name, sizes, used: verdict.used, bundle, one });
  }
  return measured;
}

function print(): void {
  const kib = (bytes: number): string => (bytes / 1024).toFixed(1).padStart(8);
  console.log(`KiB, and percent of the budget\n${"package".padEnd(20)}${MEASURES.map((measure) => (measure === "own" || measure === "whole" ? `${measure} gzip` : measure).padStart(15)).join("")}   one name of it, gzip`);
  for (const { name, sizes, used, bundle, one } of rows) {
    const cells = MEASURES.map((measure) => `${kib(sizes[measure])} ${`${String(used[measure])} %`.padStart(6)}`);
    console.log(`${name.padEnd(20)}${cells.join("")}   ${one} ${(bundle.one.gzip / 1024).toFixed(1)} (${((100 * bundle.one.gzip) / Math.max(1, bundle.whole.gzip)).toFixed(0)} %), none ${String(bundle.none.minified)} bytes`);
  }
  for (const problem of problems) console.log(`${values.update ? "was" : "FAILED"} ${problem}`);
  console.log(`${String(rows.length)} packages, ${String(problems.length)} problems, ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}
