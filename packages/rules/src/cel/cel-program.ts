import { celEnv, isCelError, plan } from "@bufbuild/cel";
import type { JsonObject, JsonValue } from "@caio/core";

import { celValues } from "./cel-values.ts";
import { celProfile } from "./profile.ts";
import type { ParsedCondition } from "./read-syntax.ts";

/** What a condition is evaluated on. `when` reads `request` alone. */
export interface ConditionValues {
  readonly request: JsonObject;
  readonly service?: JsonObject;
  readonly model?: JsonObject;
}

/** No answer: an error in the sense of CEL, or an answer that is no bool. Never holds values of the data. */
export interface CelFailure {
  readonly why: "error" | "not_bool";
  readonly message: string;
}

/**
 * A condition ready to be evaluated. Total: whatever the values, `evaluate` answers and never throws; and pure.
 * `false && error` and `error && false` are false, `true || error` and `error || true` true (CEL, logical operators).
 */
export interface CelProgram {
  evaluate(values: ConditionValues): boolean | CelFailure;
}

const environment = celEnv();

/**
 * The reference evaluator.
 *
 * @param parsed - a tree that the profile accepts
 * @param paths - every path that the condition reads, such as `service.privacy.regions`
 */
export function celProgram(parsed: ParsedCondition, paths: readonly string[]): CelProgram {
  const evaluate = plan(environment, parsed);
  const reads = paths.map((path) => path.split("."));
  return {
    evaluate(values) {
      const tooLong = overlongList(values, reads);
      if (tooLong !== undefined) return tooLong;
      const bindings = {
        request: celValues(values.request),
        ...(values.service === undefined ? {} : { service: celValues(values.service) }),
        ...(values.model === undefined ? {} : { model: celValues(values.model) }),
      };
      const result = evaluate(bindings);
      if (typeof result === "boolean") return result;
      if (isCelError(result)) return { why: "error", message: result.message.slice(0, 200) };
      return { why: "not_bool", message: "the condition is neither true nor false" };
    },
  };
}

function overlongList(values: ConditionValues, reads: readonly (readonly string[])[]): CelFailure | undefined {
  for (const path of reads) {
    const value = valueAt(values, path);
    if (!Array.isArray(value) || value.length <= celProfile.maxListItems) continue;
    const message = `${path.join(".")} has ${String(value.length)} items, rules read at most ${String(celProfile.maxListItems)}`;
    return { why: "error", message };
  }
  return undefined;
}

function valueAt(values: ConditionValues, path: readonly string[]): JsonValue | undefined {
  const [root, ...fields] = path;
  let value: JsonValue | undefined = root === "request" ? values.request : root === "service" ? values.service : values.model;
  for (const field of fields) {
    if (!isObject(value)) return undefined;
    value = Object.hasOwn(value, field) ? value[field] : undefined;
  }
  return value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
