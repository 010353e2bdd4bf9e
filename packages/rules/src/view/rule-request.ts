import { toWireObject, type Request } from "@caio/contracts";
import type { JsonObject } from "@caio/core";

import type { PolicyLimits } from "../policy-set.ts";

/**
 * `request` as conditions see it (calculus §3): plain JSON, snake_case, integers. Absent is absent.
 *
 * @param limits - the effective ones (calculus §0), the budget in micros of the policy's currency
 */
export function ruleRequest(request: Request, limits: PolicyLimits): JsonObject {
  const { document, principal } = request;
  const { budgetMicros, latencyUs, latencyCoveragePpm, deadlineUs } = limits;
  const { inputTokens, maxOutputTokens, bytes } = request.size;
  const types = document.requirements.capabilities.flatMap((group) => group.anyOf.map((capability) => capability.type));
  return toWireObject({
    labels: sortedSet([...document.data.labels, ...request.detected.map((detected) => detected.label)]),
    intent: { categories: sortedSet(document.intent.categories) },
    action: { kind: document.action.kind },
    data: { mediaType: document.data.mediaType },
    size: { inputTokens, maxOutputTokens, bytes },
    limits: { budgetMicros, latencyUs, latencyCoveragePpm, deadlineUs },
    principal: {
      tenant: principal.tenant,
      permissions: sortedSet(principal.permissions),
      trust: principal.trust,
      region: principal.region,
    },
    requirements: { capabilities: sortedSet(types) },
  });
}

function sortedSet(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort();
}
