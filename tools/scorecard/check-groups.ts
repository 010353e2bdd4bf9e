import { auditTrail } from "./execution/audit-trail.ts";
import { dataIntegrity } from "./execution/data-integrity.ts";
import { guardedPayloads } from "./execution/guarded-payload.ts";
import { measuredBounds, promiseKept } from "./execution/promise-kept.ts";
import { trials } from "./execution/trial.ts";
import { checkGroup, type CheckGroup } from "./engine/check-group.ts";
import { appendOnly } from "./logging/append-only.ts";
import { durableEntry } from "./logging/durable-entry.ts";
import { growingLogs } from "./logging/growing-log.ts";
import { chosenPlans } from "./planning/chosen-plan.ts";
import { planBudgetKept, planLatencyKept, planPromise } from "./planning/plan-limits.ts";
import { noPlanPrecedes, planProved } from "./planning/plan-precedence.ts";
import { nothingLeftOut } from "./routing/completeness.ts";
import { chosenSatisfies } from "./routing/correctness.ts";
import { sameEverywhere } from "./routing/determinism.ts";
import { saysWhy } from "./routing/explanation.ts";
import { budgetKept, latencyKept, policyKept, promisedBounds, safetyKept, traitsKept } from "./routing/limits.ts";
import { modelsShown } from "./routing/models.ts";
import { nothingPrecedes } from "./routing/optimality.ts";
import { routedWorlds } from "./routing/routed-world.ts";
import { accessible, allSecure, authenticated, authorised, privacyKept } from "./routing/security.ts";

/** Every check, beside those that judge the same cases. */
export const checkGroups: readonly CheckGroup[] = [
  checkGroup("worlds", routedWorlds, [
    ...[sameEverywhere, chosenSatisfies, allSecure, authenticated, authorised, privacyKept, accessible],
    ...[safetyKept, policyKept, traitsKept, budgetKept, latencyKept, promisedBounds],
    ...[modelsShown, saysWhy, nothingPrecedes, nothingLeftOut, durableEntry],
  ]),
  checkGroup("requests", trials, [promiseKept, measuredBounds, auditTrail]),
  checkGroup("plans", chosenPlans, [planBudgetKept, planLatencyKept, planPromise, noPlanPrecedes, planProved]),
  checkGroup("payloads", guardedPayloads, [dataIntegrity]),
  checkGroup("logs", growingLogs, [appendOnly]),
];
