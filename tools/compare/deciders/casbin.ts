import { newEnforcer, newModelFromString, StringAdapter, type Enforcer } from "casbin";

import type { Decide, RuleFacts, Shop } from "../world/facts.ts";
import { byKind, offers, permits } from "../world/plain-rules.ts";
import { bestOf, type Admitted } from "./best-of.ts";
import { indexRules, preferenceOf } from "./hand-written.ts";

/** A term that a rule does not have. */
const ANY = "*";
const LEAST = "-1";
const MOST = "9007199254740991";

/**
 * One matcher with a column for each kind of term, which is compiled once; `eval` of a condition in each policy would be compiled again for
 * each policy and call. `negated`: the rule is `require`, and hits what does not meet it.
 */
const MODEL = `
[request_definition]
r = req, svc
[policy_definition]
p = permission, category, action, trust, negated, provider, tag, region, latency, required, major, eft
[policy_effect]
e = !some(where (p.eft == deny))
[matchers]
m = (p.permission == "*" || has(r.req.permissions, p.permission)) && (p.category == "*" || has(r.req.categories, p.category)) && (p.action == "*" || r.req.action == p.action) && r.req.trust >= p.trust && (p.negated == "true") != ((p.provider == "*" || r.svc.provider == p.provider) && (p.tag == "*" || has(r.svc.tags, p.tag)) && (p.region == "*" || has(r.svc.regions, p.region)) && r.svc.latencyP95Us < p.latency && r.svc.trustRequired < p.required && r.svc.versionMajor >= p.major)
`;

/**
 * casbin: each candidate is one question whether a policy forbids it. Policies that neither allow nor deny are not its business, so `prefer` is
 * summed in plain code, as are matching and security.
 */
export async function casbin({ services, rules, requests }: Shop): Promise<Decide> {
  const hard = rules.filter(({ effect }) => effect !== "prefer");
  const enforcer = await newEnforcer(newModelFromString(MODEL), new StringAdapter(hard.map(policyLine).join("\n")));
  await enforcer.addFunction("has", (list: unknown, item: unknown) => Array.isArray(list) && list.includes(item));
  await requireRules(enforcer, hard.length);
  const index = byKind(services);
  const preferred = indexRules(rules.filter(({ effect }) => effect === "prefer"));
  return (at) => {
    const request = requests[at];
    if (request === undefined) return null;
    const fired = preferred(request);
    const admitted: Admitted[] = [];
    for (const service of index.get(request.kind) ?? []) {
      if (!offers(service, request) || !permits(service, request) || !enforcer.enforceSync(request, service)) continue;
      admitted.push({ service, preferMicros: preferenceOf(service, fired) ?? 0 });
    }
    return bestOf(admitted, request);
  };
}

/** A policy that was not understood would be one that never denies. */
async function requireRules(enforcer: Enforcer, count: number): Promise<void> {
  const found = (await enforcer.getPolicy()).length;
  if (found !== count) throw new Error(`casbin holds ${String(found)} policies, ${String(count)} were written.`);
}

function policyLine({ when, effect, terms }: RuleFacts): string {
  const words: Record<string, string> = {};
  for (const term of [...when, ...terms]) {
    if (term.fact in words) throw new Error(`A column of a policy holds one ${term.fact}.`);
    if ("has" in term) words[term.fact] = term.has;
    else if ("is" in term) words[term.fact] = term.is;
    else words[term.fact] = String("below" in term ? term.below : term.atLeast);
  }
  if ("tenant" in words || "locality" in words) throw new Error("No rule of this shop asks for a tenant or a locality.");
  const { permissions = ANY, categories = ANY, action = ANY, trust = LEAST } = words;
  const { provider = ANY, tags = ANY, regions = ANY, latencyP95Us = MOST, trustRequired = MOST, versionMajor = LEAST } = words;
  return ["p", permissions, categories, action, trust, String(effect === "require"), provider, tags, regions, latencyP95Us, trustRequired, versionMajor, "deny"].join(", ");
}
