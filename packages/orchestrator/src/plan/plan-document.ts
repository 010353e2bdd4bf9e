import { parseRequestValue, type Plan, type RequestDocument } from "@caio/contracts";
import { CaioError, type JsonObject, type JsonValue } from "@caio/core";

const MAX_STEPS = 32;
const MAX_DEPTH = 16;

/** A plan that its caller fixed: a tree of step names and the request of each step. */
export interface PlanDocument {
  readonly plan: Plan;
  readonly steps: Readonly<Record<string, RequestDocument>>;
}

/**
 * Reads a plan: `{ "caio_plan": 1, "plan": { "seq": ["a", "b"] }, "steps": { "a": request, "b": request } }`.
 *
 * @throws CaioError `InvalidPlan` that names the place and what was expected; `InvalidRequest` for a step's request.
 */
export function parsePlanDocument(value: JsonValue, file = "<plan>"): PlanDocument {
  if (!isObject(value) || value["caio_plan"] !== 1) throw refuse(file, "caio_plan", "1");
  const unknown = Object.keys(value).find((key) => !["caio_plan", "plan", "steps"].includes(key));
  if (unknown !== undefined) throw refuse(file, unknown, "only caio_plan, plan and steps");
  if (!isObject(value["steps"])) throw refuse(file, "steps", "an object of requests by step name");
  const plan = parsePlan(value["plan"], `${file}: plan`, 0);
  const entries = Object.entries(value["steps"]);
  const steps = Object.fromEntries(entries.map(([name, step]) => [name, parseRequestValue(step, { file: `${file}#${name}` })]));
  requireSteps(file, stepNames(plan), Object.keys(steps));
  return { plan, steps };
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
