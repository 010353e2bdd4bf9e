import { CaioError, type JsonValue } from "@caio/core";

/** Limits of what is taken from a service. */
const MAX_NODES = 200_000;
const MAX_TEXT = 16 * 1024 * 1024;
const MAX_DEPTH = 128;

/** What may still be taken. */
export interface SnapshotBudget {
  nodes: number;
  text: number;
}

/** What one output may hold. */
export function outputBudget(): SnapshotBudget {
  return { nodes: MAX_NODES, text: MAX_TEXT };
}

/**
 * A copy of what a service returned, if it is JSON of bounded size: every member is read once, so that what is checked,
 * hashed and handed on is the same whatever the service does with its object afterwards. Members that are undefined are
 * left out.
 *
 * @param budget - is used up by what is copied
 * @throws CaioError `NotCanonical` for anything else: cycles (as too deep), functions, bigint, NaN, objects that are not
 * plain, accessors or proxies that throw, more than the budget (of an output: 200 000 values, 16 Mi characters), or depth 128.
 */
export function snapshotJson(value: unknown, budget: SnapshotBudget = outputBudget()): JsonValue {
  try {
    return copy(value, budget, 0);
  } catch (error) {
    if (error instanceof CaioError) throw error;
    throw refuse("a value that throws when it is read", error);
  }
}

function copy(value: unknown, budget: SnapshotBudget, depth: number): JsonValue {
  budget.nodes -= 1;
  if (budget.nodes < 0) throw refuse("more values than allowed");
  if (depth > MAX_DEPTH) throw refuse(`a value nested deeper than ${String(MAX_DEPTH)} levels`);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return copyText(value, budget);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refuse("a number that is not finite");
    return value;
  }
  if (typeof value !== "object") throw refuse(`a ${typeof value}`);
  if (Array.isArray(value)) return copyArray(value, budget, depth);
  return copyObject(value, budget, depth);
}

function copyText(text: string, budget: SnapshotBudget): string {
  budget.text -= text.length;
  if (budget.text < 0) throw refuse("more characters than allowed");
  return text;
}

function copyArray(value: readonly unknown[], budget: SnapshotBudget, depth: number): JsonValue[] {
  const { length } = value;
  if (length > budget.nodes) throw refuse("more values than allowed");
  // By index: the array's own iterator may be anything.
  return Array.from({ length }, (_, index) => copy(value[index], budget, depth + 1));
}

function copyObject(value: object, budget: SnapshotBudget, depth: number): JsonValue {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refuse("an object that is not plain");
  const result: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const member: unknown = Reflect.get(value, key);
    if (member === undefined) continue;
    // Not an assignment: a member named `__proto__` must stay a member.
    Object.defineProperty(result, copyText(key, budget), {
      value: copy(member, budget, depth + 1),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return result;
}

function refuse(found: string, cause?: unknown): CaioError<"NotCanonical"> {
  return new CaioError("NotCanonical", `The service returned ${found}, expected JSON of bounded size.`, {
    details: { found, expected: "JSON" },
    cause,
  });
}
