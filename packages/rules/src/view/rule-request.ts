import type { Request } from "@caio/contracts";
import type { JsonObject, JsonValue } from "@caio/core";

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
  return {
    labels: sortedSet([...document.data.labels, ...request.detected.map((detected) => detected.label)]),
    intent: { categories: sortedSet(document.intent.categories) },
    action: { kind: document.action.kind },
    data: said({ media_type: document.data.mediaType }),
    size: said({ input_tokens: inputTokens, max_output_tokens: maxOutputTokens, bytes }),
    limits: said({ budget_micros: budgetMicros, latency_us: latencyUs, latency_coverage_ppm: latencyCoveragePpm, deadline_us: deadlineUs }),
    principal: said({
      tenant: principal.tenant,
      permissions: sortedSet(principal.permissions),
      trust: principal.trust,
      region: principal.region,
    }),
    requirements: { capabilities: sortedSet(types) },
  };
}

/** Without the members that are undefined. */
function said(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const object: Record<string, JsonValue> = {};
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value !== undefined) object[name] = value;
  }
  return object;
}

function sortedSet(items: readonly string[]): readonly string[] {
  return items.length < 2 ? items : [...new Set(items)].sort();
}
