/**
 * `tsx -C @caio/source tools/verifier-py/plans/agree-on-plans.ts --from 1 --mutants 5000`: both verifiers on mutants of plans. Exit 1 if they
 * differ on one, in the verdict or in the check that fails first.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { verifyBundle } from "@caio/verifier";

import { objectOf, operatorKey } from "../../verification/bundle-writer.ts";
import { Dice } from "../../worlds/random/dice.ts";
import { pythonVerifier } from "../python-verifier.ts";
import { failureOf, saidBy, saidByPython, verdictOf } from "./first-failure.ts";
import { planCases, planStatement } from "./plan-cases.ts";
import { planMutant } from "./plan-mutant.ts";
import { plannedStatement, resealed } from "./plan-statement.ts";

/** What both said of so many bundles. */
export interface PlanAgreement {
  readonly valid: number;
  readonly invalid: number;
  readonly unknown: number;
  /** How often each check was the first to fail, where both say so. */
  readonly failing: Readonly<Record<string, number>>;
  /** One line a bundle on which they differ. */
  readonly differences: readonly string[];
}

/** Both verifiers on each case as it is, and on so many mutants of it. */
export async function agreementOnPlans(from: number, each: number, cases = planCases): Promise<PlanAgreement> {
  const place = mkdtempSync(join(tmpdir(), "caio-agree-plans-"));
  const key = operatorKey();
  writeFileSync(join(place, "operator.pub"), Buffer.from(key.publicKey).toString("hex"));
  const python = pythonVerifier(join(place, "operator.pub"));
  const found = { valid: 0, invalid: 0, unknown: 0 };
  const differences: string[] = [];
  const failing: Record<string, number> = {};
  try {
    for (const made of cases) {
      const statement = await planStatement(made);
      const dice = new Dice(from * 1000 + made.seed);
      const mutants = Array.from({ length: each }, () => planMutant(statement, dice, key)).filter((mutant) => mutant !== undefined);
      const honest = { bundle: resealed(plannedStatement(objectOf(statement["predicate"]), key), key), change: "as it is" };
      for (const { bundle, change } of [honest, ...mutants]) {
        const asked = python.ask(bundle);
        const report = await verifyBundle(bundle, { publicKey: key.publicKey });
        const answer = await asked;
        const [one, other] = [saidBy(report), saidByPython(answer)];
        if (one !== other || (change === "as it is" && !report.valid)) differences.push(`case ${String(made.seed)}, seed ${String(from)}: ${change}: ${one} / ${other} (${answer.why.slice(0, 200)})`);
        else if (failureOf(report) !== "") failing[failureOf(report)] = (failing[failureOf(report)] ?? 0) + 1;
        found[report.valid ? "valid" : verdictOf(report) === "invalid" ? "invalid" : "unknown"]++;
      }
    }
  } finally {
    await python.close();
    rmSync(place, { recursive: true });
  }
  return { ...found, failing, differences };
}

if (process.argv[1]?.endsWith("agree-on-plans.ts") === true) {
  const { values } = parseArgs({ options: { from: { type: "string", default: "1" }, mutants: { type: "string", default: "5000" } } });
  const { valid, invalid, unknown, failing, differences } = await agreementOnPlans(Number(values.from), Math.ceil(Number(values.mutants) / planCases.length));
  console.log([...differences, ...Object.entries(failing).map(([check, count]) => `${check}: ${String(count)}`).sort(), `plans from seed ${values.from}: both valid ${String(valid)}, both invalid ${String(invalid)}, both unknown version ${String(unknown)}, differing ${String(differences.length)}`].join("\n"));
  process.exitCode = differences.length === 0 ? 0 : 1;
}
