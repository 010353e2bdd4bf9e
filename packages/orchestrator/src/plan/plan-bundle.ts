import { CaioError, canonicalJson } from "@caio/core";
import type { ServiceEntry } from "@caio/registry";
import type { PolicySet } from "@caio/rules";
import { readBundleLog, signEnvelope, STATEMENT_PAYLOAD_TYPE, type BundleLogPlace, type DisclosedValue, type PlanBundleLog, type PlanStatement, type ProvableLog, type SigningKey } from "@caio/traceability";

import { discloseValues, type Disclosure } from "../bundle/disclosure.ts";
import { openedPaths } from "../bundle/opening.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import type { PlanDecision } from "./caio-plan.ts";
import type { PlanRequest } from "./plan-request.ts";
import { planStatementOf } from "./plan-statement.ts";

/** What a plan's bundle is made of. */
export interface PlanBundleParts {
  readonly request: PlanRequest;
  readonly inputs: DecisionInputs;
  readonly decision: PlanDecision;
  /** As `readPlanLog` reads it. */
  readonly log: PlanBundleLog;
  /** Of the requests of all steps. */
  readonly disclose?: Disclosure;
}

/** Where the entries of a plan are, and the checkpoint that covers them. */
export interface PlanLogPlace extends Omit<BundleLogPlace, "decisionIndex"> {
  readonly planIndex: number;
  readonly stepIndices: readonly number[];
}

/** Reads from the log what a plan's bundle says of it. @throws CaioError as `readBundleLog` */
export async function readPlanLog(log: ProvableLog, { planIndex, stepIndices, inputs, checkpoint }: PlanLogPlace): Promise<PlanBundleLog> {
  const { checkpoint: note, entries } = await readBundleLog(log, { decisionIndex: planIndex, inputs, checkpoint });
  const { decision: plan, ...versions } = entries;
  const steps = await Promise.all(stepIndices.map(async (decisionIndex) => (await readBundleLog(log, { decisionIndex, inputs, checkpoint })).entries.decision));
  return { checkpoint: note, entries: { plan, steps, ...versions } };
}

/**
 * A plan as one file that can be checked offline: its certificate, the decisions of its steps with what they rest on, and where all stand in
 * the log (certificate §11).
 *
 * @throws CaioError `IntegrityViolation` if the parts are not of one plan; else as `createBundle`
 */
export function createPlanBundle(parts: PlanBundleParts, key: SigningKey): string {
  const payload = Buffer.from(canonicalJson(planStatement(parts)));
  return canonicalJson(signEnvelope(STATEMENT_PAYLOAD_TYPE, payload, [key]));
}

function planStatement({ request, inputs, decision, log, disclose }: PlanBundleParts): PlanStatement {
  const { certificate, opening } = decision;
  return planStatementOf({
    certificate,
    steps: decision.steps.map((step, at) => ({ certificate: step.certificate, disclosed: disclosedOf(request, at, disclose) })),
    services: servicesOf(request, inputs),
    policies: policiesOf(request, inputs),
    disclosed: openedPaths(opening, certificate),
    log,
  });
}

function disclosedOf({ steps }: PlanRequest, at: number, disclose: Disclosure | undefined): Readonly<Record<string, DisclosedValue>> {
  const step = steps[at];
  if (step === undefined) throw new CaioError("IntegrityViolation", `Parts of a bundle: step ${String(at)} has no request.`);
  return discloseValues(step, disclose);
}

function servicesOf({ steps }: PlanRequest, { registry }: DecisionInputs): readonly ServiceEntry[] {
  const all = steps.flatMap((step) => registry.view.domain(step.document.requirements).services);
  return [...new Map(all.map((entry) => [entry.contract.serviceId, entry])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

function policiesOf({ steps }: PlanRequest, { policy }: DecisionInputs): readonly PolicySet[] {
  const { base, named } = policy.snapshot;
  const ids = [...new Set(steps.flatMap(({ document }) => document.policies))].sort();
  return [base, ...ids.flatMap((id) => named[id] ?? [])];
}
