/**
 * `npm run bench:off-policy [-- --seed 1 --logs 100 --rows 500,2500 --json FILE]`: off-policy estimates against the truth on the table of
 * outcomes in `$CAIO_DATA/ulab-llmrouter`: bias, root mean square error, and how many of the 95 % intervals hold the truth. The same figures for
 * the same seed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

import { readUlab } from "@caio/learning";

import type { CaseFigures } from "./replicate.ts";
import { offPolicyStudy } from "./study.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, logs: { type: "string", default: "100" }, rows: { type: "string", default: "500,2500" }, json: { type: "string" } },
});
const folder = process.env["CAIO_DATA"];
if (folder === undefined) throw new Error("The data is not here: set CAIO_DATA to the folder that holds ulab-llmrouter/outcomes.json and models.json.");
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, "ulab-llmrouter", name), "utf8"));
const terms = { seed: Number(values.seed), logs: Number(values.logs), rows: values.rows.split(",").map(Number) };
const figures = offPolicyStudy(readUlab(read("outcomes.json"), read("models.json")), terms);
console.log(tables(figures));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ terms, figures })}\n`);

function tables(all: readonly CaseFigures[]): string {
  const estimated = all.flatMap((each) => each.estimators.map((of) => [each.logging, each.target, each.rows, each.expectedSize.toFixed(0), of.estimator, of.truth.toFixed(3), signed(of.bias), of.rmse.toFixed(3), of.width.toFixed(3), percent(of.coverage)]));
  const refused = all.flatMap((each) => (each.refused === null ? [] : [[each.logging, each.target, each.rows, percent(each.uncovered), `${String(each.refused.logs)} of ${String(each.logs)}`, each.refused.reasons.join(", "), each.truth.toFixed(3), each.refused.width.toFixed(3), percent(each.refused.coverage)]]));
  return [
    `Seed ${values.seed}, ${values.logs} logs a case.\n`,
    markdown(["log made with", "target", "rows", "size¹", "estimator", "truth", "bias", "RMSE", "width of interval", "95 % → observed"], estimated),
    "\n¹ Rows that the target policy itself would have needed to say as much.\n\nRefused for lack of overlap, with the bounds that were given instead:\n",
    markdown(["log made with", "target", "rows", "unseen mass", "refused", "reason", "truth", "width of bounds", "hold the truth"], refused),
    "",
    summary(all),
  ].join("\n");
}

/** Over all cases, per estimator. */
function summary(all: readonly CaseFigures[]): string {
  const flat = all.flatMap(({ estimators }) => estimators);
  const rows = [...new Set(flat.map(({ estimator }) => estimator))].map((name) => {
    const of = flat.filter(({ estimator }) => estimator === name);
    const coverages = of.map(({ coverage }) => coverage);
    const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
    return [name, of.length, Math.max(...of.map(({ bias }) => Math.abs(bias))).toFixed(3), mean(of.map(({ rmse }) => rmse)).toFixed(3), mean(of.map(({ width }) => width)).toFixed(3), percent(mean(coverages)), percent(Math.min(...coverages))];
  });
  return markdown(["estimator", "cases", "largest |bias|", "mean RMSE", "mean width", "mean coverage", "least coverage"], rows);
}

function markdown(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
}
