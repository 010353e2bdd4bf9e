/** Runs in a process of its own, with one source file edited: decides what the parent asks, under a key of its own. */
import { generateSigningKey, KeyRing } from "@caio/traceability";

import type { LogScenario, PlanTask, Twist } from "../fault.ts";
import { bundlePlan, passedForgeries, planClaim } from "../scenario/faulty-plan.ts";
import { playScenario, type LogEvidence } from "../scenario/log-scenario.ts";
import { twistedWorld } from "../scenario/twisted-world.ts";
import { bundleDecision, decideWorld, fingerprint } from "../scenario/world-bundle.ts";

/** What the parent asks: a world with the fingerprint of the unbroken decision, or a scenario. */
export type Question =
  | { readonly kind: "world"; readonly seed: number; readonly twist: Twist | undefined; readonly expected: string }
  | { readonly kind: "plan"; readonly task: PlanTask; readonly seed: number; readonly expected: string }
  | { readonly kind: "log"; readonly scenario: LogScenario };

/** The bundle only of a decision that is another one than expected. */
export type Answer =
  | { readonly kind: "same" }
  | { readonly kind: "bundle"; readonly bundle: string; readonly publicKey: string }
  | { readonly kind: "claim"; readonly claim: string }
  | { readonly kind: "passed"; readonly forgeries: readonly string[] }
  | { readonly kind: "log"; readonly evidence: LogEvidence; readonly verifiers: string; readonly publicKey: string }
  | { readonly kind: "stopped"; readonly message: string };

const keys = KeyRing.of("caio.example/log", generateSigningKey());
const publicKey = Buffer.from(keys.signer.key.publicKey.bytes).toString("hex");

async function answer(question: Question): Promise<Answer> {
  if (question.kind === "log") {
    return { kind: "log", evidence: await playScenario(question.scenario, keys), verifiers: keys.verifiersText(), publicKey };
  }
  if (question.kind === "plan") return await ofPlan(question);
  const decided = decideWorld(twistedWorld(question.seed, question.twist));
  if (fingerprint(decided) === question.expected) return { kind: "same" };
  return { kind: "bundle", bundle: await bundleDecision(decided, keys), publicKey };
}

async function ofPlan({ task, seed, expected }: Extract<Question, { kind: "plan" }>): Promise<Answer> {
  if (task === "forgeries") return { kind: "passed", forgeries: await passedForgeries(seed, keys) };
  if (task === "choice") {
    const claim = planClaim(seed);
    return claim === expected ? { kind: "same" } : { kind: "claim", claim };
  }
  const { bundle, fingerprint: own } = await bundlePlan(seed, keys);
  return own === expected ? { kind: "same" } : { kind: "bundle", bundle, publicKey };
}

process.on("message", (question: Question) => {
  void answer(question)
    .catch((error: unknown): Answer => ({ kind: "stopped", message: error instanceof Error ? error.message : "unknown" }))
    .then((reply) => process.send?.(reply));
});
