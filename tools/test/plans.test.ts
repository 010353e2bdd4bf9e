import { readFile } from "node:fs/promises";

import type { JsonObject } from "@caio/core";
import { createPlanBundle } from "@caio/orchestrator";
import { generateSigningKey, KeyRing } from "@caio/traceability";
import { verifyBundle, verifyPlanChoice } from "@caio/verifier";
import { describe, expect, test } from "vitest";

import { bundlePlan, passedForgeries } from "../faults/scenario/faulty-plan.ts";
import { checkProblems } from "../plans/check-problems.ts";
import { Dice } from "../plans/dice.ts";
import { planVectors, vectorsFile } from "../plans/make-vectors.ts";
import { mutantBundle, planMutants } from "../plans/plan-mutants.ts";
import { loggedPlan, planWorld, type PlanShape } from "../plans/plan-world.ts";

const keys = KeyRing.of("caio.example/log", generateSigningKey());
const shape: PlanShape = { plan: { seq: ["s0", { par: ["s1", "s2"] }, "s3"] }, steps: 4, candidates: 4, limits: ["budget", "latency", "availability", "accuracy"], ease: 80 };

interface PlanVector {
  readonly steps: readonly unknown[];
  readonly outcome: { readonly kind: string; readonly proof: object };
}

function failuresOf(choice: object): string[] {
  return verifyPlanChoice(choice as never).checks.filter(({ verdict }) => verdict === "fail").map(({ name }) => name);
}

describe("plans", () => {
  test("every choice among random small plans is that of brute force, with a proof that holds", () => {
    const { wrong, chosen, impossible } = checkProblems(400, 1, { steps: 4, offers: 4 });
    expect(wrong).toEqual([]);
    expect(Math.min(chosen, impossible)).toBeGreaterThan(100);
  });

  test("the published choices are made again to the byte, and each proof holds", async () => {
    const published = await readFile(vectorsFile, "utf8");
    expect(planVectors()).toBe(published);
    const { choices } = JSON.parse(published) as { choices: { outcome: { kind: string } }[] };
    expect(new Set(choices.map(({ outcome }) => outcome.kind))).toEqual(new Set(["chosen", "refused"]));
    for (const choice of choices) expect(verifyPlanChoice(choice as never)).toMatchObject({ valid: true });
  });

  test("a proof whose order names a place that is no step shows nothing: neither that a plan is first, nor that there is none", async () => {
    const { choices } = JSON.parse(await readFile(vectorsFile, "utf8")) as { choices: PlanVector[] };
    const chosen = choices.filter(({ outcome }) => outcome.kind === "chosen");
    expect(chosen.length).toBeGreaterThan(5);
    for (const choice of chosen) {
      const proof = { ...choice.outcome.proof, order: [31, ...choice.steps.slice(1).keys()] };
      const first = { ...choice, outcome: { ...choice.outcome, proof: { ...proof, tree: "!" } } };
      const none = { ...choice, outcome: { kind: "refused", code: "NoMatchingService", claim: "impossible", step: null, broken: [], proof: { ...proof, tree: "+" } } };
      expect(failuresOf(first)).toEqual(["plan.first"]);
      expect(failuresOf(none)).toContain("plan.none");
    }
  });

  test("of a plan of another version the log is looked at all the same", async () => {
    const parts = await loggedPlan(planWorld(shape, new Dice(0)), "another version", keys);
    const publicKey = keys.verifiers.map(String);
    const certificate = { ...(JSON.parse(JSON.stringify(parts.decision.certificate)) as JsonObject), decisionVersion: "caio-plan/2" };
    const report = await verifyBundle(await mutantBundle(parts, certificate, keys), { publicKey });
    expect(report).toMatchObject({ valid: false, knownVersion: false });
    expect(report.checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(report.checks.map(({ name }) => name)).toContain("log.inclusion.plan");
  });

  test("a plan's bundle verifies, chosen or refused", async () => {
    const kinds = new Set<string>();
    for (const ease of [0, 40, 90]) {
      const parts = await loggedPlan(planWorld({ ...shape, ease }, new Dice(ease)), `ease ${String(ease)}`, keys);
      kinds.add(parts.decision.outcome.kind);
      const report = await verifyBundle(createPlanBundle(parts, keys.signer.key), { publicKey: keys.verifiers.map(String) });
      expect(report.checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
      expect(report).toMatchObject({ valid: true, decisionVersion: "caio-plan/1", knownVersion: true, conclusion: "attested" });
    }
    expect([...kinds].sort()).toEqual(["chosen", "refused"]);
  });

  test("of a step that leaves out pairs by a limit of its own the bundle verifies, and of random plans no forgery passes", async () => {
    const publicKey = keys.verifiers.map(String);
    expect((await verifyBundle((await bundlePlan(1, keys)).bundle, { publicKey })).valid).toBe(true);
    const passed: string[] = [];
    for (let seed = 1; seed <= 30; seed++) passed.push(...(await passedForgeries(seed, keys)));
    expect(passed).toEqual([]);
  });

  test("a bundle is refused when one of some values of its plan is changed, though all is logged and signed again", async () => {
    const small: PlanShape = { plan: { seq: ["s0", "s1"] }, steps: 2, candidates: 2, limits: ["budget", "latency"], ease: 80 };
    const parts = await loggedPlan(planWorld(small, new Dice(3)), "mutants", keys);
    expect(parts.decision.outcome).toMatchObject({ kind: "chosen", claim: "optimal" });
    const publicKey = keys.verifiers.map(String);
    expect((await verifyBundle(await mutantBundle(parts, JSON.parse(JSON.stringify(parts.decision.certificate)) as never, keys), { publicKey })).valid).toBe(true);
    const survivors: string[] = [];
    const mutants = planMutants(parts.decision.certificate).filter((_, at) => at % 17 === 0);
    for (const { path, certificate } of mutants) if ((await verifyBundle(await mutantBundle(parts, certificate, keys), { publicKey })).valid) survivors.push(path);
    expect(mutants.length).toBeGreaterThan(10);
    // Other multipliers are another proof of the same.
    expect(survivors.filter((path) => !path.startsWith("/outcome/proof/multipliers"))).toEqual([]);
  });
});
