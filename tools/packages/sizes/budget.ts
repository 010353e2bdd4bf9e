import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is measured of a package, in bytes. */
export const MEASURES = ["packed", "unpacked", "own", "whole"] as const;
export type Measure = (typeof MEASURES)[number];
export type Sizes = Readonly<Record<Measure, number>>;

/** The most bytes that a package may have, and the small export by which tree-shaking is shown. */
export interface Budget extends Sizes {
  readonly one: string;
}

/** What one package's sizes say against its budget. */
export interface BudgetVerdict {
  /** Of each budget, how much is used, in percent. */
  readonly used: Readonly<Record<Measure, number>>;
  readonly problems: readonly string[];
}

const FILE = join(import.meta.dirname, "budgets.json");

export function readBudgets(file: string = FILE): Readonly<Record<string, Budget>> {
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, Budget>;
}

/** Holds sizes against a budget: over it is a problem that says what to do. */
export function judgeSizes(name: string, sizes: Sizes, budget: Sizes | undefined): BudgetVerdict {
  if (budget === undefined) {
    return { used: { packed: 0, unpacked: 0, own: 0, whole: 0 }, problems: [`${name} has no budget. Give it one in tools/packages/sizes/budgets.json: \`npm run check:sizes -- --update\`.`] };
  }
  const used = Object.fromEntries(MEASURES.map((measure) => [measure, Math.round((100 * sizes[measure]) / budget[measure])])) as Record<Measure, number>;
  const over = MEASURES.filter((measure) => !(sizes[measure] <= budget[measure]));
  const problems = over.map(
    (measure) => `${name}: ${measure} is ${String(sizes[measure])} bytes, allowed are ${String(budget[measure])}. Find what grew, or raise the budget in the same change and say why.`,
  );
  return { used, problems };
}

/** Budgets with a tenth of room above what was measured, in whole KiB. */
export function budgetsFor(measured: ReadonlyMap<string, Sizes & { readonly one: string }>): Readonly<Record<string, Budget>> {
  const roomy = (bytes: number): number => Math.max(1, Math.ceil((bytes * 1.1) / 1024)) * 1024;
  return Object.fromEntries([...measured].map(([name, { packed, unpacked, own, whole, one }]) => [name, { packed: roomy(packed), unpacked: roomy(unpacked), own: roomy(own), whole: roomy(whole), one }]));
}

export function writeBudgets(budgets: Readonly<Record<string, Budget>>, file: string = FILE): void {
  const lines = Object.entries(budgets).map(([name, budget]) => `  ${JSON.stringify(name)}: ${JSON.stringify(budget).replaceAll(":", ": ").replaceAll(",", ", ").replace("{", "{ ").replace("}", " }")}`);
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}
