import type { JsonValue } from "@caio/core";
import { z } from "zod";

import { DecimalText, type DocumentValue } from "../document/decimal-text.ts";
import { refuseIssue } from "./decimal.ts";

/** Any JSON, kept whole under the author's own keys: numbers become doubles, and an integer past 2^53 − 1 is refused. */
export const jsonValue: z.ZodType<JsonValue> = z
  .unknown()
  .transform((value, context) => plain(value as DocumentValue, [], context));

/** A JSON object, kept whole. */
export const jsonObject: z.ZodType<Readonly<Record<string, JsonValue>>, Record<string, unknown>> = z.record(z.string(), jsonValue);

function plain(value: DocumentValue, path: (string | number)[], context: z.core.$RefinementCtx): JsonValue {
  if (value instanceof DecimalText) {
    const number = value.toNumber();
    const safe = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
    if (!safe) refuseIssue(context, { found: "a number past 2^53 − 1", expected: "a smaller number, or text" }, path);
    return number;
  }
  if (Array.isArray(value)) {
    return value.map((item: DocumentValue, index) => plain(item, [...path, index], context));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member, [...path, key], context)]));
}
