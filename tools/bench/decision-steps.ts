/* eslint-disable @nx/enforce-module-boundaries -- the steps have no public door, and a benchmark must not give them one */
import { generateControlSignal } from "@caio/control";
import { ruleRequest } from "@caio/rules";

import { choose, isSome } from "../../packages/orchestrator/src/choice.ts";
import { commitToRequest, effectiveLabels } from "../../packages/orchestrator/src/commitment.ts";
import { effectiveLimits, limitsForRules } from "../../packages/orchestrator/src/effective-limits.ts";
import { identityOf } from "../../packages/orchestrator/src/identity.ts";
import { admit, inDomainOrder } from "../../packages/orchestrator/src/steps/admission.ts";
import { certifyChoice } from "../../packages/orchestrator/src/steps/certification.ts";
import { extractFields } from "../../packages/orchestrator/src/steps/fields.ts";
import { withinLimits } from "../../packages/orchestrator/src/steps/limits.ts";
import { findDomain, matchContracts } from "../../packages/orchestrator/src/steps/matching.ts";
import { promiseToCaller } from "../../packages/orchestrator/src/steps/promise.ts";
import { applyRules } from "../../packages/orchestrator/src/steps/rules.ts";
import { askSecurity, verifySecure } from "../../packages/orchestrator/src/steps/security.ts";
import type { ChosenDecision } from "@caio/orchestrator";

import type { BenchWorld } from "./bench-world.ts";

/** The rows of the table, in the order in which a decision goes through them. */
export const stepNames = [
  "key and commitments",
  "fields",
  "candidates",
  "rules",
  "security",
  "limits",
  "score and choice",
  "control",
  "promise",
  "certificate and trace body",
] as const;

export type StepName = (typeof stepNames)[number];

/**
 * One decision, step by step as `caioRoute` takes them, each timed by the clock given (milliseconds). The router itself holds no
 * timers, so this file repeats its order; `decision.ts` checks that both give the same certificate.
 */
export function timedDecision({ request, inputs }: BenchWorld, clock: () => number, note: (step: StepName, ms: number) => void): ChosenDecision {
  let before = clock();
  const done = (step: StepName): void => {
    const now = clock();
    note(step, now - before);
    before = clock();
  };
  const { decisionId, seed } = identityOf(request.decisionKey);
  const commitments = commitToRequest(request);
  const labels = effectiveLabels(request);
  const { set: policy, engine } = inputs.policy.snapshot.effective(request.document.policies);
  const limits = effectiveLimits(request.document.limits, policy);
  done("key and commitments");
  const fields = extractFields(request.fields);
  done("fields");
  const domain = findDomain(request, inputs.registry.view, inputs.history.snapshot);
  const matched = matchContracts(domain.pairs, request);
  done("candidates");
  const requestRules = engine.evaluateRequest(ruleRequest(request, limitsForRules(limits)));
  const filtered = applyRules(matched.standing, engine, requestRules);
  done("rules");
  const security = askSecurity(request, labels, policy);
  const secure = verifySecure(filtered.standing, security);
  done("security");
  const { obligations } = requestRules;
  const limited = withinLimits(secure.standing, { request, labels, policy, limits, obligations });
  done("limits");
  const admitted = admit(limited.standing, fields, policy, limits);
  if (!isSome(admitted)) throw new Error("The world of a benchmark must end in a choice.");
  const verdicts = inDomainOrder(domain, admitted);
  const chance = { seed, commitments, exploration: policy.exploration };
  const choice = choose(admitted, chance);
  done("score and choice");
  const { intent } = request.fields;
  const { contract, encoding } = choice.selected.pair.entry;
  const control = generateControlSignal({ intent, highIntent: fields.prepared.high, encoding, conservativeMicros: 0, parameters: policy.control });
  done("control");
  const group = domain.revealed === null ? undefined : request.document.requirements.capabilities[domain.revealed];
  const promise = promiseToCaller(choice.selected, request, group, limits);
  done("promise");
  const frame = { request, inputs, decisionId, seed, commitments, labels, limits, fields, domain, verdicts };
  const decision = certifyChoice(frame, { admitted, choice, chance, control, promise, obligations, security: security.verdict(contract) });
  // Made when it is asked for.
  if (decision.trace.certificate === "") throw new Error("A certificate has a digest.");
  done("certificate and trace body");
  return decision;
}
