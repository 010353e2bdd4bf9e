import { generateControlSignal } from "@caio/control";
import type { Request } from "@caio/contracts";
import { ruleRequest } from "@caio/rules";

import { choose, isSome } from "./choice.ts";
import { commitToRequest, effectiveLabels } from "./commitment.ts";
import type { RoutingDecision } from "./decision.ts";
import { effectiveLimits, limitsForRules } from "./effective-limits.ts";
import { identityOf } from "./identity.ts";
import type { DecisionInputs } from "./inputs/decision-inputs.ts";
import { admit, inDomainOrder } from "./steps/admission.ts";
import { certifyChoice, certifyRefusal, type Frame } from "./steps/certification.ts";
import { extractFields } from "./steps/fields.ts";
import { withinLimits } from "./steps/limits.ts";
import { findDomain, matchContracts } from "./steps/matching.ts";
import { promiseToCaller } from "./steps/promise.ts";
import { refusalCode } from "./steps/refusal.ts";
import { applyRules } from "./steps/rules.ts";
import { askSecurity, verifySecure } from "./steps/security.ts";

/**
 * The master equation (calculus §1), steps 0 to 9: a pure function of the request, the registry view, the policies and the
 * history. Equal inputs give an equal decision, certificate and trace body, byte for byte.
 *
 * @throws CaioError `UnknownPolicy` if the request names a policy that is not stored; `InvalidField` for malformed fields.
 *   A request that nothing satisfies is no error: it gives a refusal with its own certificate.
 */
export function caioRoute(request: Request, inputs: DecisionInputs): RoutingDecision {
  const { decisionId, seed } = identityOf(request.decisionKey);
  const commitments = commitToRequest(request);
  const labels = effectiveLabels(request);
  const { set: policy, engine } = inputs.policy.snapshot.effective(request.document.policies);
  const limits = effectiveLimits(request.document.limits, policy);

  // 0  fields: the intent field, projected; what the caller's context attends to
  const fields = extractFields(request.fields);

  // 1  candidates: the pairs that offer what is asked, are healthy, and whose contract refines the requirements
  const domain = findDomain(request, inputs.registry.view, inputs.history.snapshot);
  const matched = matchContracts(domain.pairs, request);

  // 2  filtered: the pairs that every fired rule admits
  const requestRules = engine.evaluateRequest(ruleRequest(request, limitsForRules(limits)));
  const filtered = applyRules(matched.standing, engine, requestRules);

  // 3  secure: the pairs for which all five security predicates hold
  const security = askSecurity(request, labels, policy);
  const secure = verifySecure(filtered.standing, security);

  // 4  admissible: the pairs that keep every limit
  const question = { request, labels, policy, limits, obligations: requestRules.obligations };
  const limited = withinLimits(secure.standing, question);

  const fallen = [...matched.fallen, ...filtered.fallen, ...secure.fallen, ...limited.fallen];
  const admitted = admit(limited.standing, fields, policy, limits);
  const verdicts = inDomainOrder(domain, [...fallen, ...admitted]);
  const frame: Frame = { request, inputs, decisionId, seed, commitments, labels, limits, fields, domain, verdicts };
  if (!isSome(admitted)) return certifyRefusal(frame, refusalCode(fallen.map(({ verdict }) => verdict)));

  // 5  the pair that comes first in the order of the score
  const chance = { seed, commitments, exploration: policy.exploration };
  const choice = choose(admitted, chance);

  // 6  the control signal for it
  const control = generateControlSignal({
    intent: request.fields.intent,
    highIntent: fields.prepared.high,
    ...(request.fields.intentRate === undefined ? {} : { intentRate: request.fields.intentRate }),
    encoding: choice.selected.pair.entry.encoding,
    conservativeMicros: request.traits?.conservativeMicros ?? 0,
    parameters: policy.control,
  });

  // 7  what is promised to the caller
  const group = domain.revealed === null ? undefined : request.document.requirements.capabilities[domain.revealed];
  const promise = promiseToCaller(choice.selected, request, group, limits);

  // 8  the certificate: a claim and its evidence, per step; 9  the trace body
  const { obligations } = requestRules;
  const verdict = security.verdict(choice.selected.pair.entry.contract);
  return certifyChoice(frame, { admitted, choice, chance, control, promise, obligations, security: verdict });
}
