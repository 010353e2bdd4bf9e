/**
 * `npm run bench:shift -- [--splits 10] [--families 10] [--seed 0] [--judge 0] [--z 0.2] [--encoder hashing|use] [--vectors FILE] [--json]`: learned on some
 * families of prompts, deployed on others (CAIO_DATA/ulab-llmrouter): quality against "no worse than the reference by more than one point", and what is saved.
 */
import { parseArgs } from "node:util";

import { featuresFrom } from "./encoded-prompts.ts";
import { promptWorld, readOutcomes } from "./prompt-world.ts";
import { measureShift, summaryOf, type ShiftRow } from "./measure-shift.ts";

const { values } = parseArgs({
  options: {
    splits: { type: "string", default: "10" },
    families: { type: "string", default: "10" },
    seed: { type: "string", default: "0" },
    judge: { type: "string", default: "0" },
    z: { type: "string", default: "0.2" },
    encoder: { type: "string", default: "hashing" },
    vectors: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const table = readOutcomes(process.env["CAIO_DATA"]);
if (table === undefined) {
  console.error("Not run: set CAIO_DATA to the folder that holds ulab-llmrouter/outcomes.json and models.json.");
} else {
  const world = promptWorld(table, await featuresFrom(values, table.prompts));
  const rows: ShiftRow[] = [];
  for (let at = 0; at < Number(values.splits); at++) {
    rows.push(...measureShift(world, { seed: Number(values.seed) + at, families: Number(values.families), judge: Number(values.judge), z: Number(values.z) }));
    console.error(`split ${String(at + 1)} of ${values.splits}`);
  }
  if (values.json) console.log(JSON.stringify({ ...values, summary: summaryOf(rows), rows }, null, 2));
  else print(rows);
}

function print(rows: readonly ShiftRow[]): void {
  const percent = (value: number, digits = 1): string => (100 * value).toFixed(digits).padStart(6);
  console.log("Quality: points above the reference. Kept: not more than 1 point below it; near: not more than 2.\n");
  console.log("                                                    kept    near  quality   worst  saving %  audited %");
  for (const { method, kept, near, splits, quality, worst, saving, audited } of summaryOf(rows)) {
    console.log(`${method.padEnd(48)} ${`${String(kept)}/${String(splits)}`.padStart(7)} ${`${String(near)}/${String(splits)}`.padStart(7)}   ${percent(quality, 2)}  ${percent(worst, 2)}    ${percent(saving)}     ${percent(audited)}`);
  }
}
