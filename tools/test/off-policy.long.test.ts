import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

import { readUlab } from "@caio/learning";
import { expect, it } from "vitest";

import { offPolicyStudy } from "../evaluation/study.ts";

const data = process.env["CAIO_DATA"];

/** As `npm run bench:off-policy` with fewer logs: of 40 intervals that hold the truth in 95 % of all logs, fewer than 33 do once in ten thousand times. */
it.skipIf(data === undefined)("estimates from logs hold the truth of the whole table, and are refused without overlap", async () => {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(data ?? "", "ulab-llmrouter", name), "utf8")) as unknown;
  const seed = 7;
  console.log(`seed ${String(seed)}`);
  const figures = offPolicyStudy(readUlab(await read("outcomes.json"), await read("models.json")), { seed, logs: 40, rows: [1500] });
  expect(figures).toHaveLength(20);
  const estimated = figures.flatMap(({ estimators }) => estimators.filter(({ estimator }) => estimator === "doublyRobust" || estimator === "difference"));
  expect(estimated.length).toBeGreaterThan(10);
  expect(estimated.filter(({ coverage }) => coverage < 33 / 40)).toEqual([]);
  expect(estimated.reduce((sum, { coverage }) => sum + coverage, 0) / estimated.length).toBeGreaterThan(0.93);
  // An estimate is off by chance alone: four standard errors of its mean over the logs.
  expect(estimated.filter(({ bias, rmse }) => Math.abs(bias) > (4 * rmse) / Math.sqrt(40))).toEqual([]);
  const refused = figures.filter(({ logging }) => logging === "no exploration");
  expect(refused.map(({ refused: of }) => of?.reasons)).toEqual(refused.map(() => ["uncovered"]));
  expect(figures.flatMap(({ refused: of }) => (of === null ? [] : [of.coverage])).filter((coverage) => coverage < 33 / 40)).toEqual([]);
}, 300_000);
