import { generateSigningKey, KeyRing } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import { describe, expect, test } from "vitest";

import { checkProblems } from "../plans/check-problems.ts";
import { Dice } from "../plans/dice.ts";
import { mutantBundle, planMutants } from "../plans/plan-mutants.ts";
import { loggedPlan, planWorld, type PlanShape } from "../plans/plan-world.ts";

const keys = KeyRing.of("caio.example/log", generateSigningKey());

describe("plans", () => {
  test("every choice among many random plans is that of brute force, with a proof that holds", () => {
    expect(checkProblems(3000, 50_000, { steps: 4, offers: 5 }).wrong).toEqual([]);
  }, 300_000);

  test("a bundle is refused whatever value of its plan is changed, though all is logged and signed again", async () => {
    const small: PlanShape = { plan: { seq: ["s0", "s1"] }, steps: 2, candidates: 2, limits: ["budget", "latency"], ease: 80 };
    const parts = await loggedPlan(planWorld(small, new Dice(3)), "mutants", keys);
    expect(parts.decision.outcome).toMatchObject({ kind: "chosen", claim: "optimal" });
    const publicKey = keys.verifiers.map(String);
    expect((await verifyBundle(await mutantBundle(parts, JSON.parse(JSON.stringify(parts.decision.certificate)) as never, keys), { publicKey })).valid).toBe(true);
    const survivors: string[] = [];
    const mutants = planMutants(parts.decision.certificate);
    for (const { path, certificate } of mutants) if ((await verifyBundle(await mutantBundle(parts, certificate, keys), { publicKey })).valid) survivors.push(path);
    expect(mutants.length).toBeGreaterThan(150);
    // Other multipliers are another proof of the same.
    expect(survivors.filter((path) => !path.startsWith("/outcome/proof/multipliers"))).toEqual([]);
  }, 300_000);
});
