import type { RequestTerm, ServiceTerm } from "./facts.ts";

/** Where a fact is in the view that conditions read. */
const REQUEST: Readonly<Record<RequestTerm["fact"], string>> = {
  permissions: "request.principal.permissions",
  categories: "request.intent.categories",
  tenant: "request.principal.tenant",
  action: "request.action.kind",
  trust: "request.principal.trust",
};
const SERVICE: Readonly<Record<ServiceTerm["fact"], string>> = {
  regions: "service.privacy.regions",
  tags: "service.metadata.tags",
  provider: "service.metadata.provider",
  locality: "service.privacy.data_locality",
  latencyP95Us: "service.latency_p95_us",
  trustRequired: "service.access.required_trust_level",
  versionMajor: "service.version_major",
};

/** The `when` of a rule in CEL, as an operator writes it. */
export function celWhen(terms: readonly RequestTerm[]): string {
  return terms.map((term) => celTerm(REQUEST[term.fact], term)).join(" && ");
}

/** What a rule asks of a service in CEL. */
export function celCondition(terms: readonly ServiceTerm[]): string {
  return terms.map((term) => celTerm(SERVICE[term.fact], term)).join(" && ");
}

function celTerm(path: string, term: RequestTerm | ServiceTerm): string {
  if ("has" in term) return `${JSON.stringify(term.has)} in ${path}`;
  if ("is" in term) return `${path} == ${JSON.stringify(term.is)}`;
  return "below" in term ? `${path} < ${String(term.below)}` : `${path} >= ${String(term.atLeast)}`;
}
