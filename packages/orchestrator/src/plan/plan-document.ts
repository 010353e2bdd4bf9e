import { parseRequestValue, type Guarantee, type Plan, type RequestDocument, type RequestLimits, type RequestParser } from "@caio/contracts";
import { CaioError, type JsonObject, type JsonValue } from "@caio/core";

import { requireReferences } from "./plan-references.ts";

/** Reads the requests of steps: of a `RequestParser` with a team's own properties, for one. */
export type RequestReader = Pick<RequestParser, "parseValue">;

const MAX_STEPS = 32;
const MAX_DEPTH = 16;

/** End to end limits of a plan as its caller says them; budget in micro-units of `currency`, else of the policy's. */
export type PlanTerms = Pick<RequestLimits, "budgetMicros" | "currency" | "latencyUs" | "latencyCoveragePpm">;

/** What the answers of all steps together must promise, micros. */
export interface PlanDemands {
  readonly availabilityMicros?: number;
  readonly accuracyMicros?: number;
}

/** A plan whose steps its caller fixed: a tree of step names, the request of each step, and what holds for all of them together. */
export interface PlanDocument {
  readonly plan: Plan;
  readonly steps: Readonly<Record<string, RequestDocument>>;
  readonly limits: PlanTerms;
  readonly guarantees: PlanDemands;
}

const MEMBERS = ["caio_plan", "plan", "steps", "limits", "guarantees"];
const EVERYWHERE = 1_000_000;

/**
 * Reads a plan: `{ "caio_plan": 1, "plan": { "seq": ["a", "b"] }, "steps": { "a": request, "b": request } }`, and `limits` and
 * `guarantees` in the words of a request's: budget, currency, latency and its coverage; availability and accuracy.
 *
 * @throws CaioError `InvalidPlan` that names the place and what was expected; `InvalidRequest` for a step's request, and for limits or
 *   guarantees that no request could have.
 * @param requests - reads the requests of steps; absent: one that knows the properties that everyone knows
 */
export function parsePlanDocument(value: JsonValue, file = "<plan>", requests: RequestReader = { parseValue: parseRequestValue }): PlanDocument {
  if (!isObject(value) || value["caio_plan"] !== 1) throw refuse(file, "caio_plan", "1");
  const unknown = Object.keys(value).find((key) => !MEMBERS.includes(key));
  if (unknown !== undefined) throw refuse(file, unknown, `only ${MEMBERS.join(", ")}`);
  if (!isObject(value["steps"])) throw refuse(file, "steps", "an object of requests by step name");
  const plan = parsePlan(value["plan"], `${file}: plan`, 0);
  const entries = Object.entries(value["steps"]);
  const steps = Object.fromEntries(entries.map(([name, step]) => [name, requests.parseValue(step, { file: `${file}#${name}` })]));
  requireSteps(file, stepNames(plan), Object.keys(steps));
  requireReferences(file, plan, steps);
  return { plan, steps, ...parseTerms(value, file, requests) };
}

/** Limits and guarantees have the words and the units of a request's. */
function parseTerms(value: JsonObject, file: string, requests: RequestReader): Pick<PlanDocument, "limits" | "guarantees"> {
  const { limits = {}, guarantees } = value;
  const asked = { caio_request: 1, limits, ...(guarantees === undefined ? {} : { requirements: { guarantees } }) };
  const { limits: said, requirements } = requests.parseValue(asked, { file });
  const { deadlineUs, ...terms } = said;
  if (deadlineUs !== undefined) throw refuse(file, "limits.deadline", "no deadline of the whole: each step's request has its own");
  const [first, second, ...more] = requirements.guarantees.map((each) => leastOf(each, file));
  if (more.length > 0 || first?.property === second?.property && first !== undefined) throw refuse(file, "guarantees", "availability and accuracy, each once at most");
  const least = (property: string): number | undefined => [first, second].find((each) => each?.property === property)?.micros;
  const [availabilityMicros, accuracyMicros] = [least("availability"), least("accuracy")];
  return {
    limits: terms,
    guarantees: { ...(availabilityMicros === undefined ? {} : { availabilityMicros }), ...(accuracyMicros === undefined ? {} : { accuracyMicros }) },
  };
}

function leastOf({ property, coveragePpm, bound }: Guarantee, file: string): { readonly property: string; readonly micros: number } {
  const micros = "minMicros" in bound && !("maxMicros" in bound) ? bound.minMicros : undefined;
  const known = property === "availability" || property === "accuracy";
  if (known && micros !== undefined && coveragePpm === EVERYWHERE) return { property, micros };
  throw refuse(file, `guarantees.${property}`, "availability or accuracy, with a least value that always holds");
}

/** True if the plan says something of all its steps together: then its pairs are chosen at once. */
export function isLimited({ limits, guarantees }: Pick<PlanDocument, "limits" | "guarantees">): boolean {
  return Object.keys(limits).length + Object.keys(guarantees).length > 0;
}

/** The names of a plan in the order in which they stand. */
export function stepNames(plan: Plan): readonly string[] {
  if (typeof plan === "string") return [plan];
  return ("seq" in plan ? plan.seq : plan.par).flatMap(stepNames);
}

function parsePlan(value: JsonValue | undefined, place: string, depth: number): Plan {
  if (typeof value === "string") return value;
  if (depth > MAX_DEPTH) throw refuse(place, "depth", `at most ${String(MAX_DEPTH)} levels`);
  const [entry, ...more] = isObject(value) ? Object.entries(value) : [];
  const [kind, parts] = entry ?? [];
  if (more.length > 0 || !isArray(parts) || parts.length === 0 || (kind !== "seq" && kind !== "par")) {
    throw refuse(place, "node", 'a step name, or one of { "seq": […] } and { "par": […] } with at least one part');
  }
  const children = parts.map((part, index) => parsePlan(part, `${place}.${kind}[${String(index)}]`, depth + 1));
  return kind === "seq" ? { seq: children } : { par: children };
}

function requireSteps(file: string, named: readonly string[], given: readonly string[]): void {
  if (named.length > MAX_STEPS) throw refuse(file, "plan", `at most ${String(MAX_STEPS)} steps`);
  const twice = named.find((name, index) => named.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(file, `step "${twice}"`, "each step once");
  const missing = named.find((name) => !given.includes(name));
  if (missing !== undefined) throw refuse(file, `steps.${missing}`, "a request for every step that the plan names");
  const idle = given.find((name) => !named.includes(name));
  if (idle !== undefined) throw refuse(file, `steps.${idle}`, "only steps that the plan names");
}

function refuse(file: string, place: string, expected: string): CaioError<"InvalidPlan"> {
  return new CaioError("InvalidPlan", `${file}: at ${place}: expected ${expected}.`, { details: { file, place, expected } });
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
