/** `npm run scorecard [-- --cases 1000 --seed 1 --only INV-CAIO-0001]`: every invariant, GREEN or RED (calculus §10). */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { readInvariants } from "./invariant.ts";
import { properties } from "./properties.ts";
import { scoreInvariant, type Score } from "./score-invariant.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    out: { type: "string", default: "scorecard.json" },
  },
});
const terms = { seed: Number(values.seed), cases: Number(values.cases), clock: () => performance.now() };
const scores: Score[] = [];
console.log(`seed ${values.seed}, up to ${values.cases} worlds`);
for (const invariant of readInvariants()) {
  if (values.only !== undefined && !invariant.id.includes(values.only)) continue;
  const property = properties.find(({ name }) => name === invariant.check);
  const score = await scoreInvariant(invariant, property, terms);
  scores.push(score);
  console.log(lineOf(score));
  for (const reason of score.reasons) console.log(`  ${reason}`);
}
const red = scores.filter(({ status }) => status === "RED");
const seconds = scores.reduce((sum, { ms }) => sum + ms, 0) / 1000;
console.log(`${String(scores.length)} invariants, ${String(red.length)} RED, ${seconds.toFixed(1)} s`);
writeFileSync(values.out, `${JSON.stringify(scores, null, 2)}\n`);
process.exitCode = red.length === 0 && scores.length > 0 ? 0 : 1;

function lineOf({ status, invariant, cases, faults, ms }: Score): string {
  const caught = `${String(faults.caught.length)}/${String(faults.injected.length)} faults`;
  return [
    status.padEnd(5),
    invariant.padEnd(24),
    `${String(cases)} cases`.padStart(12),
    caught.padStart(12),
    `${String(ms)} ms`.padStart(10),
  ].join(" ");
}
