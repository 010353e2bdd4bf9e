/** Calculus §3: what rules see, and what they say of a pair. */
import { celEnv, isCelError, parse, plan, type CelInput, type CelResult } from "@bufbuild/cel";

import type { Guarantee, Request } from "@caio/contracts";
import type { JsonValue } from "@caio/core";
import type { Rule } from "@caio/rules";

import { lowerEnd, upperEnd, type Pair } from "./matching.ts";
import { allLabels, wire, type EffectivePolicy, type Limits } from "./objects.ts";

type Bindings = Record<string, CelInput>;

/** What the rules say of one pair: the id of the first that rejects it, or the sum of what the others prefer. */
export interface RuleVerdict {
  readonly rejectedBy?: string;
  readonly preferMicros: number;
}

/** A rule whose `when` has been decided once for the request, and whose condition is parsed when it is first needed. */
interface ReadyRule {
  readonly rule: Rule;
  readonly fired: "yes" | "no" | "error";
  readonly run: (bindings: Bindings) => CelResult;
}

export interface ReadyRules {
  readonly rules: readonly ReadyRule[];
  readonly request: CelInput;
  /** Of the rules that fired, sorted. */
  readonly obligations: readonly string[];
}

export function readyRules(policy: EffectivePolicy, request: Request): ReadyRules {
  const view = toCel(requestView(request, policy.limits));
  const rules = policy.rules.map((rule): ReadyRule => {
    const fired = fires(rule, view);
    const condition = rule.effect.kind === "oblige" ? "true" : rule.effect.condition;
    let ready: ReturnType<typeof program> | undefined;
    return { rule, fired, run: (bindings) => (ready ??= program(condition))(bindings) };
  });
  const obligations = rules.flatMap(({ rule, fired }) =>
    fired === "yes" && rule.effect.kind === "oblige" ? rule.effect.obligations : [],
  );
  return { rules, request: view, obligations: [...new Set(obligations)].sort() };
}

export function judge(ready: ReadyRules, pair: Pair): RuleVerdict {
  if (ready.rules.length === 0) return { preferMicros: 0 };
  const bindings = { request: ready.request, service: toCel(serviceView(pair)), model: toCel(modelView(pair)) };
  let preferMicros = 0;
  for (const { rule, fired, run } of ready.rules) {
    const rejected: RuleVerdict = { rejectedBy: rule.id, preferMicros: 0 };
    if (fired === "error") return rejected;
    if (fired === "no" || rule.effect.kind === "oblige") continue;
    const result = run(bindings);
    if (rule.effect.kind === "require" && result !== true) return rejected;
    if (rule.effect.kind === "deny" && result !== false) return rejected;
    if (rule.effect.kind === "prefer") {
      if (isCelError(result)) return rejected;
      if (result === true) preferMicros += rule.effect.amountMicros;
    }
  }
  return { preferMicros };
}

function fires(rule: Rule, request: CelInput): "yes" | "no" | "error" {
  if (rule.when === undefined) return "yes";
  const result = program(rule.when)({ request });
  if (typeof result !== "boolean") return "error";
  return result ? "yes" : "no";
}

const environment = celEnv();

function program(expression: string): (bindings: Bindings) => CelResult {
  return plan(environment, parse(expression).expr);
}

/** Numbers become CEL ints, objects maps. */
function toCel(value: JsonValue): CelInput {
  if (typeof value === "number") return BigInt(value);
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(toCel);
  return new Map(Object.entries(value).map(([key, member]) => [key, toCel(member)]));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function requestView(request: Request, limits: Limits): JsonValue {
  const { document, principal, size } = request;
  const types = document.requirements.capabilities.flatMap((group) => group.anyOf.map((asked) => asked.type));
  return wire({
    labels: allLabels(request),
    intent: { categories: document.intent.categories },
    action: { kind: document.action.kind },
    data: { mediaType: document.data.mediaType },
    size: { inputTokens: size.inputTokens, maxOutputTokens: size.maxOutputTokens, bytes: size.bytes },
    limits: {
      budgetMicros: limits.budget,
      latencyUs: limits.latencyUs,
      latencyCoveragePpm: limits.coveragePpm,
      deadlineUs: limits.deadlineUs,
    },
    principal: {
      tenant: principal.tenant,
      permissions: principal.permissions,
      trust: principal.trust,
      region: principal.region,
    },
    requirements: { capabilities: [...new Set(types)].sort() },
  });
}

function serviceView(pair: Pair): JsonValue {
  const { contract } = pair.service;
  return wire({
    privacy: contract.privacy,
    alignment: contract.alignment,
    access: contract.access,
    constraints: contract.constraints,
    metadata: contract.metadata,
    id: contract.serviceId,
    name: contract.name,
    version: contract.version,
    versionMajor: majorVersion(contract.version),
    capabilities: [...new Set(pair.capabilities.map((offered) => offered.type))].sort(),
    cost: pair.cost,
    latency_p50_us: smallestMax(pair.guarantees, "latency", 500_000),
    latency_p95_us: smallestMax(pair.guarantees, "latency", 950_000),
    latency_p99_us: smallestMax(pair.guarantees, "latency", 990_000),
    availabilityMicros: largestMin(pair.guarantees, "availability"),
    accuracyMicros: leastAccuracy(pair.guarantees),
  });
}

/** Of all properties named `accuracy` or `…_accuracy`, the one that promises least. */
function leastAccuracy(promises: readonly Guarantee[]): number | undefined {
  let least: number | undefined;
  for (const { property } of promises) {
    if (property !== "accuracy" && !property.endsWith("_accuracy")) continue;
    const promised = largestMin(promises, property);
    if (promised !== undefined && (least === undefined || promised < least)) least = promised;
  }
  return least;
}

function modelView({ model }: Pair): JsonValue {
  if (model === null) return {};
  const { id, contextTokens, maxOutputTokens, competenceMicros } = model;
  return wire({ id, contextTokens, maxOutputTokens, competenceMicros });
}

export function majorVersion(version: string): number {
  return Number(version.split(".")[0]);
}

/** The smallest upper end promised of a property at this coverage or above. */
export function smallestMax(promises: readonly Guarantee[], property: string, coveragePpm: number): number | undefined {
  let smallest: number | undefined;
  for (const promise of promises) {
    const max = upperEnd(promise);
    if (promise.property !== property || promise.coveragePpm < coveragePpm || max === undefined) continue;
    if (smallest === undefined || max < smallest) smallest = max;
  }
  return smallest;
}

/** The largest lower end promised of a ratio, at whatever coverage. */
function largestMin(promises: readonly Guarantee[], property: string): number | undefined {
  let largest: number | undefined;
  for (const promise of promises) {
    const min = lowerEnd(promise);
    if (promise.property !== property || min === undefined) continue;
    if (largest === undefined || min > largest) largest = min;
  }
  return largest;
}
