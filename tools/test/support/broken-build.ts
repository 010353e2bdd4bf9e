import { expect } from "vitest";

import { sourceEdit } from "../../faults/broken/source-edit.ts";
import { checkGroups } from "../../scorecard/check-groups.ts";
import { WorkerPool } from "../../scorecard/engine/worker-pool.ts";
import { breakageOf } from "../../scorecard/invariants/breakage.ts";
import { readInvariants } from "../../scorecard/invariants/invariant.ts";
import { listedInvariants } from "../../scorecard/invariants/listed-invariants.ts";
import { scoreAll } from "../../scorecard/invariants/score-all.ts";

/** Scores a build with one source edit: just the invariants that name it are RED. */
export async function expectBoundRed(name: string, cases: number): Promise<void> {
  const invariants = readInvariants();
  const { fault, breaks } = breakageOf(name, invariants);
  const pool = new WorkerPool(1, sourceEdit(fault));
  try {
    const subject = { invariants, listed: listedInvariants(), groups: checkGroups };
    const scores = await scoreAll(subject, { seed: 1, cases, twist: fault.twist, faults: false }, pool.run);
    const red = scores.filter(({ status }) => status === "RED");
    expect([name, ...red.map(({ invariant }) => invariant)], red.flatMap(({ reasons }) => reasons).join("\n")).toEqual([name, ...breaks]);
  } finally {
    pool.stop();
  }
}
