import type { Decide, RequestFacts, RequestTerm, RuleFacts, ServiceFacts, ServiceTerm, Shop } from "../world/facts.ts";
import { byKind, offers, permits, score } from "../world/plain-rules.ts";

/** A rule as functions, written down once. */
interface Compiled {
  readonly fires: (request: RequestFacts) => boolean;
  readonly holds: (service: ServiceFacts) => boolean;
  readonly effect: RuleFacts["effect"];
  readonly amountMicros: number;
}

/**
 * What one would write instead: services by capability, rules as closures found by the first word that their `when` asks for, one loop, the
 * best score. No evidence, no certificate, no log, no refusal code; nothing that a stranger could check.
 */
export function handWritten({ services, rules, requests }: Shop): Decide {
  const index = byKind(services);
  const ruleIndex = indexRules(rules);
  return (at) => {
    const request = requests[at];
    if (request === undefined) return null;
    const fired = ruleIndex(request);
    let best: ServiceFacts | undefined;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (const service of index.get(request.kind) ?? []) {
      if (!offers(service, request) || !permits(service, request)) continue;
      const prefer = preferenceOf(service, fired);
      if (prefer === undefined) continue;
      const reached = score(service, request, prefer);
      if (reached <= bestScore) continue;
      best = service;
      bestScore = reached;
    }
    return best?.id ?? null;
  };
}

/** The rules that fire for a request, found by its words. */
export function indexRules(rules: readonly RuleFacts[]): (request: RequestFacts) => readonly Compiled[] {
  const always: Compiled[] = [];
  const byWord = new Map<string, Compiled[]>();
  for (const rule of rules) {
    const [first] = rule.when;
    const compiled = { fires: whenOf(rule.when), holds: conditionOf(rule.terms), effect: rule.effect, amountMicros: rule.amountMicros };
    if (first === undefined || !("has" in first)) always.push(compiled);
    else byWord.set(`${first.fact} ${first.has}`, [...(byWord.get(`${first.fact} ${first.has}`) ?? []), compiled]);
  }
  return (request) => {
    const words = [...request.permissions.map((word) => `permissions ${word}`), ...request.categories.map((word) => `categories ${word}`)];
    const found = words.flatMap((word) => byWord.get(word) ?? []);
    return [...always, ...found].filter(({ fires }) => fires(request));
  };
}

/** The sum of what the rules prefer, micros; undefined if one of them rejects the service. */
export function preferenceOf(service: ServiceFacts, fired: readonly Compiled[]): number | undefined {
  let sum = 0;
  for (const { holds, effect, amountMicros } of fired) {
    const held = holds(service);
    if (effect === "prefer") sum += held ? amountMicros : 0;
    else if (held === (effect === "deny")) return undefined;
  }
  return sum;
}

function whenOf(terms: readonly RequestTerm[]): (request: RequestFacts) => boolean {
  const tests = terms.map((term): ((request: RequestFacts) => boolean) => {
    if ("has" in term) return (request) => request[term.fact].includes(term.has);
    return "is" in term ? (request) => request[term.fact] === term.is : (request) => request.trust >= term.atLeast;
  });
  return allOf(tests);
}

function conditionOf(terms: readonly ServiceTerm[]): (service: ServiceFacts) => boolean {
  const tests = terms.map((term): ((service: ServiceFacts) => boolean) => {
    if ("has" in term) return (service) => service[term.fact].includes(term.has);
    if ("is" in term) return (service) => service[term.fact] === term.is;
    return "below" in term ? (service) => service[term.fact] < term.below : (service) => service.versionMajor >= term.atLeast;
  });
  return allOf(tests);
}

function allOf<Subject>(tests: readonly ((subject: Subject) => boolean)[]): (subject: Subject) => boolean {
  const [first, second] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  return tests.length === 2 ? (subject) => first(subject) && second(subject) : (subject) => tests.every((test) => test(subject));
}
