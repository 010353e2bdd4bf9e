import type { ServiceEntry } from "@caio/registry";
import { policyToWire, type PolicySet } from "@caio/rules";
import { PLAN_PREDICATE_TYPE, sealPlanCertificate, STATEMENT_TYPE, type DisclosedValue, type PlanBundleLog, type PlanCertificate, type PlanStatement, type PlanStepEvidence } from "@caio/traceability";

import { requireSame } from "../bundle/bundle-coherence.ts";
import { requireIntegers, ROUTER_ID, timeText } from "../bundle/decision-statement.ts";

/** What a plan's statement says; that it is of one plan is for the caller to know, but for its log. */
export interface StatedPlan {
  readonly certificate: PlanCertificate;
  readonly steps: readonly PlanStepEvidence[];
  /** Of the domains of all steps, each once, by id. */
  readonly services: readonly ServiceEntry[];
  /** The base, then those that the steps name, by id. */
  readonly policies: readonly PolicySet[];
  readonly disclosed: Readonly<Record<string, DisclosedValue>>;
  readonly log: PlanBundleLog;
}

/** The in-toto statement of a plan (certificate §11). @throws CaioError `IntegrityViolation` for the log of another plan; else as `createBundle` */
export function planStatementOf({ certificate, steps, services, policies, disclosed, log }: StatedPlan): PlanStatement {
  const { digest } = sealPlanCertificate(certificate);
  const { entry } = log.entries.plan;
  requireSame("logged plan", entry.kind === "decision" ? entry.body.certificate : entry.kind, digest);
  const contracts = services.map(({ wire }) => wire);
  requireIntegers(contracts, "/predicate/contracts");
  for (const [at, step] of steps.entries()) {
    for (const [path, { value }] of Object.entries(step.disclosed)) requireIntegers(value, `/predicate/steps/${String(at)}/disclosed/${path}/value`);
  }
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: certificate.decisionId, digest: { sha256: digest } }],
    predicateType: PLAN_PREDICATE_TYPE,
    predicate: {
      verifier: { id: ROUTER_ID },
      timeCreated: timeText(certificate.now),
      certificate,
      steps,
      contracts,
      encodings: services.map(({ contract, encoderId, encoding }) => ({ service: contract.serviceId, encoderId, ints: encoding })),
      policies: policies.map((policy) => policyToWire(policy)),
      disclosed,
      log,
    },
  };
}
