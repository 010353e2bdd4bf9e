import { celEnv, isCelError, parse, plan } from "@bufbuild/cel";
import type { JsonObject, JsonValue } from "@caio/core";

import { keepNegations } from "../../src/cel/syntax/keep-negations.ts";
import { scanSource } from "../../src/cel/syntax/scan.ts";
import { unreadableValue } from "../../src/cel/unreadable.ts";
import type { CelProgram, Condition, ConditionValues } from "../../src/index.ts";
import { celValues } from "./cel-values.ts";

const environment = celEnv();

/** The reference: what @bufbuild/cel says of a condition, and what the profile adds to it. Compiled conditions must say the same. */
export function referenceProgram({ source, paths }: Condition): CelProgram {
  const evaluate = plan(environment, parse(keepNegations(source, scanSource(source)).text));
  return {
    evaluate(values) {
      for (const path of paths) {
        const message = unreadableValue(valueAt(values, path.split(".")), path);
        if (message !== undefined) return { why: "error", message };
      }
      const { request, service, model } = values;
      const result = evaluate({
        request: celValues(request),
        ...(service === undefined ? {} : { service: celValues(service) }),
        ...(model === undefined ? {} : { model: celValues(model) }),
      });
      if (typeof result === "boolean") return result;
      if (isCelError(result)) return { why: "error", message: withoutData(result.message, paths).slice(0, 200) };
      return { why: "not_bool", message: "the condition is neither true nor false" };
    },
  };
}

/** The reference names a place or a field that was looked for also where the data of a request named it, and not the condition: both are left out. */
function withoutData(message: string, paths: readonly string[]): string {
  if (/^index -?\d+ out of bounds/.test(message)) return "index out of bounds";
  const [, field] = /^field not found: (.*)$/s.exec(message) ?? [];
  return field === undefined || paths.some((path) => path.split(".").includes(field)) ? message : "field not found";
}

/** The value that a chain of fields leads to; undefined where one is absent. */
function valueAt(values: ConditionValues, fields: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = { ...values };
  for (const field of fields) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, field) ? (value as JsonObject)[field] : undefined;
  }
  return value;
}
