import { parsePolicySet, type PolicySet, type Rule } from "@caio/rules";

/** Rules that all fire but none of which rejects: every fourth of another kind, and every other one guarded. */
export function firingPolicy(count: number): PolicySet {
  return policyOf(Array.from({ length: count }, (_rule, index) => ({ ...ruleAt(index), ...firingWhen(index) })));
}

/** Each rule is for one permission, tenant, media type or category; `firing` of them are for the request's own. */
export function guardedPolicy(count: number, firing: number): PolicySet {
  return policyOf(Array.from({ length: count }, (_rule, index) => ({ ...ruleAt(index), when: guardAt(index, index < firing ? "" : `-${String(index)}`) })));
}

function policyOf(rules: readonly Rule[]): PolicySet {
  return { ...parsePolicySet("{ caio_policy: 1, id: bench, currency: USD }", { file: "bench.yaml" }), rules };
}

function ruleAt(index: number): Rule {
  const rule = { id: `rule-${String(index).padStart(4, "0")}`, priority: 0, reason: "Benchmark." };
  if (index % 4 === 0) return { ...rule, effect: { kind: "require", condition: `service.latency_p95_us < ${String(1_000_000 + index)} && service.privacy.encryption` } };
  if (index % 4 === 1) return { ...rule, effect: { kind: "deny", condition: `service.privacy.regions.exists(r, r == "kind-${String(index)}")` } };
  if (index % 4 === 2) return { ...rule, effect: { kind: "prefer", condition: `service.version_major >= 1 && service.id != "x${String(index)}"`, amountMicros: 1_000 } };
  return { ...rule, effect: { kind: "require", condition: `service.access.required_trust_level < ${String(5 + (index % 5))}` } };
}

function firingWhen(index: number): { readonly when?: string } {
  return index % 2 === 0 ? {} : { when: `"chat" in request.principal.permissions && request.principal.trust >= ${String(index % 5)}` };
}

function guardAt(index: number, suffix: string): string {
  if (index % 4 === 0) return `"chat${suffix}" in request.principal.permissions`;
  if (index % 4 === 1) return `request.principal.tenant == "acme${suffix}" && request.principal.trust >= 2`;
  if (index % 4 === 2) return `has(request.data.media_type) && request.data.media_type == "text/plain${suffix}"`;
  return `request.action.kind == "read" && request.intent.categories.exists(c, c == "question${suffix}")`;
}
