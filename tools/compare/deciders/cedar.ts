import { preparsePolicySet, statefulIsAuthorized, type EntityJson, type EntityUidJson } from "@cedar-policy/cedar-wasm/nodejs";

import { SENSITIVE_LABELS, type Decide, type RequestFacts, type RequestTerm, type RuleFacts, type ServiceFacts, type ServiceTerm, type Shop } from "../world/facts.ts";
import { byKind, offers } from "../world/plain-rules.ts";
import { bestOf, type Admitted } from "./best-of.ts";
import { indexRules, preferenceOf } from "./hand-written.ts";

const REQUEST: Readonly<Record<RequestTerm["fact"], string>> = {
  permissions: "principal.permissions",
  categories: "context.categories",
  tenant: "principal.tenant",
  action: "context.kind",
  trust: "principal.trust",
};

/** Who may use a service, and with which data: what security is to this project. */
const PERMIT = `permit (principal, action, resource) when {
  resource.permissions.containsAny(principal.permissions) && principal.trust >= resource.trustRequired &&
  (resource.tenants.isEmpty() || resource.tenants.contains(principal.tenant)) &&
  (["on_device", "local"].contains(resource.locality) || resource.endToEnd || !context.labels.containsAny(${JSON.stringify(SENSITIVE_LABELS)}))
};`;

let shops = 0;

/**
 * Cedar: the policies parsed once and kept in its memory, each candidate one question of authorisation; an answer with an error denies.
 * Matching is plain code, and so is `prefer`, since Cedar only permits and forbids.
 */
export function cedar({ services, rules, requests }: Shop): Decide {
  const preparsedPolicySetId = `shop-${String(shops++)}`;
  const texts = rules.filter(({ effect }) => effect !== "prefer").map(policyOf);
  const parsed = preparsePolicySet(preparsedPolicySetId, { staticPolicies: [PERMIT, ...texts].join("\n") });
  if (parsed.type === "failure") throw new Error(parsed.errors.map(({ message }) => message).join("; "));
  const index = byKind(services);
  const entities = new Map(services.map((service) => [service, entityOf(service)]));
  const preferred = indexRules(rules.filter(({ effect }) => effect === "prefer"));
  return (at) => {
    const request = requests[at];
    if (request === undefined) return null;
    const fired = preferred(request);
    const caller = callerOf(request);
    const { categories, labels, action: kind } = request;
    const context = { categories: [...categories], labels: [...labels], kind };
    const admitted: Admitted[] = [];
    for (const service of index.get(request.kind) ?? []) {
      const resource = entities.get(service);
      if (resource === undefined || !offers(service, request)) continue;
      const answer = statefulIsAuthorized({ principal: caller.uid, action: ACTION, resource: resource.uid, context, preparsedPolicySetId, entities: [caller, resource] });
      if (answer.type === "failure") throw new Error(answer.errors.map(({ message }) => message).join("; "));
      const { decision, diagnostics } = answer.response;
      if (decision === "allow" && diagnostics.errors.length === 0) admitted.push({ service, preferMicros: preferenceOf(service, fired) ?? 0 });
    }
    return bestOf(admitted, request);
  };
}

const ACTION: EntityUidJson = { type: "Action", id: "use" };

function policyOf({ when, effect, terms }: RuleFacts): string {
  const condition = terms.map((term) => termOf(`resource.${term.fact}`, term)).join(" && ");
  const hit = effect === "deny" ? `(${condition})` : `!(${condition})`;
  return `forbid (principal, action, resource) when { ${[...when.map((term) => termOf(REQUEST[term.fact], term)), hit].join(" && ")} };`;
}

function termOf(path: string, term: RequestTerm | ServiceTerm): string {
  if ("has" in term) return `${path}.contains(${JSON.stringify(term.has)})`;
  if ("is" in term) return `${path} == ${JSON.stringify(term.is)}`;
  return "below" in term ? `${path} < ${String(term.below)}` : `${path} >= ${String(term.atLeast)}`;
}

function callerOf({ permissions, tenant, trust }: RequestFacts): EntityJson {
  return { uid: { type: "Caller", id: "alice" }, attrs: { permissions: [...permissions], tenant, trust }, parents: [] };
}

function entityOf(service: ServiceFacts): EntityJson {
  const { id, permissions, trustRequired, tenants, locality, endToEnd, regions, tags, provider, latencyP95Us, versionMajor } = service;
  const lists = { permissions: [...permissions], tenants: [...tenants], regions: [...regions], tags: [...tags] };
  return { uid: { type: "Service", id }, attrs: { ...lists, trustRequired, locality, endToEnd, provider, latencyP95Us, versionMajor }, parents: [] };
}
