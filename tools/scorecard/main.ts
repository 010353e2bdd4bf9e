/**
 * `npm run scorecard [-- --cases 10000 --seed 1 --only INV-CAIO-0001 --broken NAME --json]`: every invariant, GREEN or RED (calculus §10).
 * Writes scorecard.json and scorecard.html. Ends with 1 if anything is RED.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { sourceEdit } from "../faults/broken/source-edit.ts";
import { checkGroups } from "./check-groups.ts";
import { WorkerPool } from "./engine/worker-pool.ts";
import { breakageOf, offeredBreakages } from "./invariants/breakage.ts";
import { readInvariants } from "./invariants/invariant.ts";
import { listedInvariants } from "./invariants/listed-invariants.ts";
import { scoreAll } from "./invariants/score-all.ts";
import { ProgressLine } from "./report/progress-line.ts";
import { scorecardPage } from "./report/scorecard-page.ts";
import { breakageTable, scoreTable, verdictOnBreakage } from "./report/tables.ts";
import { scorecardOf } from "./report/scorecard.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    broken: { type: "string" },
    workers: { type: "string", default: String(Math.min(4, availableParallelism())) },
    json: { type: "boolean", default: false },
    out: { type: "string", default: "scorecard.json" },
    page: { type: "string", default: "scorecard.html" },
  },
});

const all = readInvariants();
if (values.broken === "list") console.log(breakageTable(offeredBreakages(all)));
else await main();

async function main(): Promise<void> {
  const breakage = values.broken === undefined ? undefined : breakageOf(values.broken, all);
  const only = (id: string): boolean => values.only === undefined || id.includes(values.only);
  const invariants = all.filter(({ id }) => only(id));
  const listed = listedInvariants().filter(only);
  if (invariants.length + listed.length === 0) throw new Error(`--only: found ${String(values.only)}, expected a part of an id such as INV-CAIO-SEC-0006 (docs/invariants).`);
  const cases = countOf("cases", values.cases ?? (breakage === undefined ? "10000" : "2000"));
  const seed = countOf("seed", values.seed);
  const line = new ProgressLine(process.stderr);
  const pool = new WorkerPool(countOf("workers", values.workers), breakage === undefined ? undefined : sourceEdit(breakage.fault));
  const started = performance.now();
  try {
    const subject = { invariants, listed, groups: checkGroups };
    const terms = { seed, cases, twist: breakage?.fault.twist, faults: breakage === undefined, progress: line.show };
    const scores = await scoreAll(subject, terms, pool.run);
    line.end();
    const card = scorecardOf(scores, { seed, cases, seconds: (performance.now() - started) / 1000, broken: breakage?.fault.id });
    writeFileSync(values.out, `${JSON.stringify(card, null, 2)}\n`);
    writeFileSync(values.page, scorecardPage(card, invariants));
    console.log(values.json ? JSON.stringify(card) : scoreTable(card));
    if (!values.json && breakage !== undefined) console.log(verdictOnBreakage(card, breakage));
    process.exitCode = card.red === 0 && scores.length > 0 ? 0 : 1;
  } finally {
    pool.stop();
  }
}

/** @throws Error for anything but a whole number of at least 1 */
function countOf(option: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new Error(`--${option}: found "${text}", expected a whole number of at least 1.`);
}
