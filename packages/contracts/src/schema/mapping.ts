import { z } from "zod";

import { DecimalText } from "../document/decimal-text.ts";
import type { IssueDetails } from "../document/schema-problems.ts";

/** A strict object behind the step that drops `x-` keys. */
export type Mapping<Shape extends z.core.$ZodShape> = z.ZodPreprocess<z.ZodObject<Shape, z.core.$strict>>;

/** The schema of a key that a caller may not send: the door sets it. */
export const stampedByDoor: z.ZodExactOptional<z.ZodType<never>> = z
  .custom<never>(() => false, {
    error: "nothing",
    params: { found: "a key that only the door sets", expected: "a document without it" } satisfies IssueDetails,
  })
  .meta({ not: {} })
  .exactOptional();

/**
 * A mapping with known keys. `x-` keys are dropped; any other unknown key is one problem at its own place, with the known
 * key that was probably meant, and hides no other problem.
 */
export function mapping<Shape extends z.core.$ZodShape>(shape: Shape): Mapping<Shape> {
  const known = Object.keys(shape).filter((key) => shape[key] !== stampedByDoor);
  const object = z.object(shape).catchall(unknownKey(known));
  // The catchall never lets a key through, so what comes out is what a strict object gives.
  return withoutExtensions(object);
}

/** A mapping with known keys beside which the author names others of one schema. */
export function openMapping<Shape extends z.core.$ZodShape, Rest extends z.core.SomeType>(
  shape: Shape,
  rest: Rest,
): z.ZodPreprocess<z.ZodObject<Shape, z.core.$catchall<Rest>>> {
  return withoutExtensions(z.object(shape).catchall(rest));
}

/** A mapping whose keys are the author's own. */
export function namedMapping<Value extends z.core.SomeType>(
  key: z.ZodType<string, string>,
  value: Value,
): z.ZodPreprocess<z.ZodRecord<z.ZodType<string, string>, Value>> {
  return withoutExtensions(z.record(key, value));
}

function withoutExtensions<Inner extends z.core.SomeType>(inner: Inner): z.ZodPreprocess<Inner> {
  return z.preprocess((value, context) => {
    if (value instanceof DecimalText) {
      context.addIssue({ code: "invalid_type", expected: "object", input: value });
      return z.NEVER;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
  }, inner);
}

function unknownKey(known: readonly string[]): z.ZodType {
  const params: IssueDetails = { unknownKey: true, known, expected: "no such key" };
  return z.custom<unknown>(() => false, { error: "no such key", params: { ...params } }).meta({ not: {} });
}
