/**
 * `npm run bench:cascade -- [--seeds 3] [--seed 0] [--encoder hashing|use] [--vectors FILE] [--json]`: try a cheap model, check, escalate (CAIO_DATA/ulab-llmrouter), with
 * verifiers simulated from the outcomes at stated error rates: quality and cost, verdicts counted, against the router alone.
 */
import { parseArgs } from "node:util";

import { featuresFrom } from "./encoded-prompts.ts";
import { measureCascades, type CascadeMeasure, type VerifierErrors } from "./measure-cascade.ts";
import { promptWorld, readOutcomes } from "./prompt-world.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "3" },
    seed: { type: "string", default: "0" },
    encoder: { type: "string", default: "hashing" },
    vectors: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

/** From a verifier that is never wrong to one that hardly tells right from wrong. */
const VERIFIERS: readonly VerifierErrors[] = [
  [0, 0], [0.05, 0.05], [0.1, 0.1], [0.2, 0.1], [0.1, 0.2], [0.2, 0.2], [0.3, 0.3], [0.4, 0.4],
].map(([passesWrong = 0, turnsAwayRight = 0]) => ({ passesWrong, turnsAwayRight }));

const table = readOutcomes(process.env["CAIO_DATA"]);
if (table === undefined) {
  console.error("Not run: set CAIO_DATA to the folder that holds ulab-llmrouter/outcomes.json and models.json.");
} else {
  const world = promptWorld(table, await featuresFrom(values, table.prompts));
  const measures = Array.from({ length: Number(values.seeds) }, (_, at) => measureCascades(world, Number(values.seed) + at, VERIFIERS));
  if (values.json) console.log(JSON.stringify({ ...values, measures }, null, 2));
  else print(measures);
}

/** Means over the seeds. */
function print(measures: readonly CascadeMeasure[]): void {
  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const points = (value: number): string => (100 * value).toFixed(1).padStart(6);
  console.log(`reference: ${points(mean(measures.map(({ reference }) => reference.quality)))} points at a cost of 100.0; means over ${String(measures.length)} splits`);
  console.log("passes wrong  turns away right  method                                             quality   cost  strong  router at this cost  router's cost at this quality");
  for (const errors of VERIFIERS) {
    const own = measures.flatMap(({ rows }) => rows.filter((row) => row.errors === errors));
    for (const method of new Set(own.map((row) => row.method))) {
      const rows = own.filter((row) => row.method === method);
      const costs = rows.map(({ routerCost }) => routerCost);
      const routerCost = costs.some((cost) => cost === null) ? "  none reaches it" : points(mean(costs.map((cost) => cost ?? 0)));
      console.log(
        `${points(errors.passesWrong)}        ${points(errors.turnsAwayRight)}            ${method.padEnd(50)} ${points(mean(rows.map(({ quality }) => quality)))} ${points(mean(rows.map(({ cost }) => cost)))}  ${points(mean(rows.map(({ strong }) => strong)))}               ${points(mean(rows.map(({ routerQuality }) => routerQuality)))}  ${routerCost}`,
      );
    }
  }
}
