import { CaioError, canonicalJson } from "@caio/core";
import type { RegistryView } from "@caio/registry";
import type { PolicySet } from "@caio/rules";
import { signEnvelope, STATEMENT_PAYLOAD_TYPE, type Certificate, type DecisionOpening, type PlanBundleLog, type PlanCertificate, type SigningKey } from "@caio/traceability";

import { openedPaths } from "../bundle/opening.ts";
import { planStatementOf } from "./plan-statement.ts";

/** A plan as the stores have it, at any time after it was made. */
export interface StoredPlan {
  readonly certificate: PlanCertificate;
  /** In the order of the steps, each with its opening unless that was erased. */
  readonly steps: readonly { readonly certificate: Certificate; readonly opening: DecisionOpening | undefined }[];
  /** Of the plan's tenant and epoch. */
  readonly view: RegistryView;
  readonly base: PolicySet;
  /** At least those that the steps name. */
  readonly named: Readonly<Record<string, PolicySet>>;
  readonly opening: DecisionOpening | undefined;
  readonly log: PlanBundleLog;
}

/** As `createStoredBundle`, of a plan. @throws CaioError `IntegrityViolation` if the parts are not of one plan; else as `createBundle` */
export function createStoredPlanBundle({ certificate, steps: stored, view, base, named, opening, log }: StoredPlan, key: SigningKey): string {
  const steps = stored.map((step) => ({ certificate: step.certificate, disclosed: step.opening === undefined ? {} : openedPaths(step.opening, step.certificate) }));
  const ids = [...new Set(stored.flatMap((step) => step.certificate.verdicts.map(({ service }) => service)))].sort();
  const services = ids.map((id) => {
    const entry = view.service(id);
    if (entry === undefined) throw new CaioError("IntegrityViolation", `The registry of that time has no service ${id}.`, { details: { service: id } });
    return entry;
  });
  const names = [...new Set(steps.flatMap(({ disclosed }) => namesIn(disclosed["policies"]?.value)))].sort();
  const policies = [base, ...names.flatMap((name) => (Object.hasOwn(named, name) ? (named[name] ?? []) : []))];
  const disclosed = opening === undefined ? {} : openedPaths(opening, certificate);
  const statement = planStatementOf({ certificate, steps, services, policies, disclosed, log });
  return canonicalJson(signEnvelope(STATEMENT_PAYLOAD_TYPE, Buffer.from(canonicalJson(statement)), [key]));
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
