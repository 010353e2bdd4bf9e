import { Engine, type NestedCondition, type RuleProperties } from "json-rules-engine";

import type { Decide, RequestFacts, RequestTerm, RuleFacts, ServiceFacts, ServiceTerm, Shop } from "../world/facts.ts";
import { byKind, offers, permits } from "../world/plain-rules.ts";
import { bestOf, type Admitted } from "./best-of.ts";

/** Engines for sets of rules that fired before; callers could make as many as they like, so that it is bounded. */
const MAX_ENGINES = 1000;

/**
 * json-rules-engine: one engine holds every `when` and is run once a request; a second one, kept for each set of rules that fired, is run
 * once a candidate and stops at the first rule that rejects. Facts are flat, for paths cost more. Matching and security are plain code.
 */
export function jsonRules({ services, rules, requests }: Shop): Decide {
  const index = byKind(services);
  const guarded = rules.filter(({ when }) => when.length > 0);
  const always = rules.filter(({ when }) => when.length === 0);
  const whens = new Engine(guarded.map(({ id, when }) => ({ name: id, conditions: { all: when.map(conditionOf) }, event: { type: id } })));
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const engines = new Map<string, Engine>();
  const engineFor = (fired: readonly string[]): Engine => {
    const key = fired.join(" ");
    const known = engines.get(key);
    if (known !== undefined) return known;
    const made = candidateEngine([...always, ...fired.flatMap((id) => byId.get(id) ?? [])]);
    if (engines.size >= MAX_ENGINES) engines.clear();
    engines.set(key, made);
    return made;
  };
  return async (at) => {
    const request = requests[at];
    if (request === undefined) return null;
    const { events } = guarded.length === 0 ? { events: [] } : await whens.run(requestFacts(request));
    const engine = engineFor(events.map(({ type }) => type).sort());
    const admitted: Admitted[] = [];
    for (const service of index.get(request.kind) ?? []) {
      if (!offers(service, request) || !permits(service, request)) continue;
      const preferMicros = await preferenceOf(engine, service);
      if (preferMicros !== undefined) admitted.push({ service, preferMicros });
    }
    return bestOf(admitted, request);
  };
}

function candidateEngine(rules: readonly RuleFacts[]): Engine {
  const engine = new Engine(rules.map(ruleOf));
  engine.on("reject", () => { engine.stop(); });
  return engine;
}

/** Rules that reject come first, so that an engine stops early. */
function ruleOf({ id, effect, terms, amountMicros }: RuleFacts): RuleProperties {
  const held: NestedCondition = { all: terms.map(conditionOf) };
  if (effect === "prefer") return { name: id, priority: 1, conditions: { all: [held] }, event: { type: "prefer", params: { amountMicros } } };
  return { name: id, priority: 2, conditions: { all: [effect === "deny" ? held : { not: held }] }, event: { type: "reject" } };
}

async function preferenceOf(engine: Engine, service: ServiceFacts): Promise<number | undefined> {
  const { events } = await engine.run(serviceFacts(service));
  let sum = 0;
  for (const { type, params } of events) {
    if (type === "reject") return undefined;
    sum += Number(params?.["amountMicros"] ?? 0);
  }
  return sum;
}

function conditionOf(term: RequestTerm | ServiceTerm): NestedCondition {
  if ("has" in term) return { fact: term.fact, operator: "contains", value: term.has };
  if ("is" in term) return { fact: term.fact, operator: "equal", value: term.is };
  return "below" in term ? { fact: term.fact, operator: "lessThan", value: term.below } : { fact: term.fact, operator: "greaterThanInclusive", value: term.atLeast };
}

function requestFacts({ permissions, categories, tenant, action, trust }: RequestFacts): Record<RequestTerm["fact"], unknown> {
  return { permissions, categories, tenant, action, trust };
}

function serviceFacts({ regions, tags, provider, locality, latencyP95Us, trustRequired, versionMajor }: ServiceFacts): Record<ServiceTerm["fact"], unknown> {
  return { regions, tags, provider, locality, latencyP95Us, trustRequired, versionMajor };
}
