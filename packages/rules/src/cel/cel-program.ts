import { celEnv, isCelError, plan } from "@bufbuild/cel";
import type { JsonObject } from "@caio/core";

import { celValues } from "./cel-values.ts";
import type { ParsedCondition } from "./syntax/read-syntax.ts";
import { unreadableValue, valueAt } from "./unreadable.ts";

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
  const reads = paths.map((path) => ({ path, root: rootOf(path), fields: path.split(".").slice(1) }));
  return {
    evaluate(values) {
      for (const { path, root, fields } of reads) {
        const message = unreadableValue(valueAt(values[root], fields), path);
        if (message !== undefined) return { why: "error", message };
      }
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

function rootOf(path: string): keyof ConditionValues {
  if (path.startsWith("request.")) return "request";
  return path.startsWith("service.") ? "service" : "model";
}
