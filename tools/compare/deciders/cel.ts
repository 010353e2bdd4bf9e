import { celEnv, celList, celMap, parse, plan, type CelInput } from "@bufbuild/cel";

import { celCondition, celWhen } from "../world/cel-texts.ts";
import type { Decide, RequestFacts, RuleFacts, ServiceFacts, Shop } from "../world/facts.ts";
import { byKind, offers, permits } from "../world/plain-rules.ts";
import { bestOf, type Admitted } from "./best-of.ts";

type Program = ReturnType<typeof plan>;

interface Planned extends Pick<RuleFacts, "effect" | "amountMicros"> {
  readonly when: Program | undefined;
  readonly condition: Program;
}

/**
 * The reference evaluator of CEL: conditions parsed and planned once, each `when` once a request, the conditions of the rules that fire once
 * a candidate; what a service shows to conditions is made once. Matching and security are plain code.
 */
export function cel({ services, rules, requests }: Shop): Decide {
  const environment = celEnv();
  const planned = rules.map((rule): Planned => ({
    when: rule.when.length === 0 ? undefined : plan(environment, parse(celWhen(rule.when))),
    condition: plan(environment, parse(celCondition(rule.terms))),
    effect: rule.effect,
    amountMicros: rule.amountMicros,
  }));
  const index = byKind(services);
  const views = new Map(services.map((service) => [service, { service: serviceView(service) }]));
  return (at) => {
    const request = requests[at];
    if (request === undefined) return null;
    const view = { request: requestView(request) };
    const fired = planned.filter(({ when }) => when === undefined || when(view) === true);
    const admitted: Admitted[] = [];
    for (const service of index.get(request.kind) ?? []) {
      if (!offers(service, request) || !permits(service, request)) continue;
      const preferMicros = preferenceOf(views.get(service) ?? {}, fired);
      if (preferMicros !== undefined) admitted.push({ service, preferMicros });
    }
    return bestOf(admitted, request);
  };
}

function preferenceOf(view: Record<string, CelInput>, fired: readonly Planned[]): number | undefined {
  let sum = 0;
  for (const { condition, effect, amountMicros } of fired) {
    const held = condition(view);
    if (typeof held !== "boolean") return undefined;
    if (effect === "prefer") sum += held ? amountMicros : 0;
    else if (held === (effect === "deny")) return undefined;
  }
  return sum;
}

function requestView({ permissions, tenant, trust, categories, action }: RequestFacts): CelInput {
  return mapOf({
    principal: mapOf({ permissions: celList([...permissions]), tenant, trust: BigInt(trust) }),
    intent: mapOf({ categories: celList([...categories]) }),
    action: mapOf({ kind: action }),
  });
}

function serviceView({ regions, locality, tags, provider, latencyP95Us, trustRequired, versionMajor }: ServiceFacts): CelInput {
  return mapOf({
    privacy: mapOf({ regions: celList([...regions]), data_locality: locality }),
    metadata: mapOf({ tags: celList([...tags]), provider }),
    access: mapOf({ required_trust_level: BigInt(trustRequired) }),
    latency_p95_us: BigInt(latencyP95Us),
    version_major: BigInt(versionMajor),
  });
}

function mapOf(members: Readonly<Record<string, CelInput>>): CelInput {
  return celMap(new Map(Object.entries(members)));
}
