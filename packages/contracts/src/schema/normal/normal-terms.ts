import { canonicalJson, type JsonValue } from "@caio/core";
import { z } from "zod";

import type { Guarantee } from "../../guarantee.ts";
import { DecimalText } from "../../document/decimal-text.ts";
import type { IssueDetails } from "../../document/schema-problems.ts";
import { scale } from "../decimal.ts";
import { capabilityType, parameterName, sortedUnique } from "../encodings.ts";

// The normalised form (calculus §0): snake_case, integers only, sets already sorted. Nothing is repaired here: a value
// that is not in its one normal form is refused, since its digest would not be the one of what it means.

/** A safe integer of a normalised form, as JSON or as a document gives it. */
export function whole(min: number = Number.MIN_SAFE_INTEGER, max: number = Number.MAX_SAFE_INTEGER): z.ZodType<number> {
  const expected = `an integer from ${String(min)} to ${String(max)}`;
  const details: IssueDetails = { kind: true, expected };
  return z
    .custom<number | DecimalText>((value) => within(toWhole(value), min, max), { error: expected, params: { ...details } })
    .meta({ type: "integer", minimum: min, maximum: max })
    .transform((value) => toWhole(value) ?? z.NEVER);
}

function within(value: number | undefined, min: number, max: number): boolean {
  return value !== undefined && value >= min && value <= max;
}

function toWhole(value: unknown): number | undefined {
  if (value instanceof DecimalText) return /^-?\d+$/.test(value.text) ? scale(value, 0, "down") : undefined;
  return Number.isSafeInteger(value) ? Number(value) + 0 : undefined;
}

/** Words sorted by UTF-16 code units, without repeats. */
export function sortedSet<Item extends string>(item: z.ZodType<Item, string>): z.ZodType<Item[]> {
  return z.array(item).refine((items) => sortedUnique(items).every((word, index) => word === items[index]) && new Set(items).size === items.length, {
    error: "a sorted list without repeats",
  });
}

/** Members in order of their canonical JSON, without repeats. */
export function orderedSet<Item>(item: z.ZodType<Item>): z.ZodType<Item[]> {
  return z.array(item).refine((items) => isAscending(items.map((member) => canonicalJson(member as JsonValue))), {
    error: "a list in order of canonical JSON, without repeats",
  });
}

/** Strictly ascending by UTF-16 code units. */
export function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || (texts[index - 1] ?? "") < text);
}

/** A bound of one unit that says something, its min at most its max. */
const bound = z
  .strictObject({
    min_us: whole().exactOptional(),
    max_us: whole().exactOptional(),
    min_micros: whole().exactOptional(),
    max_micros: whole().exactOptional(),
  })
  .refine(
    (ends) => {
      const us = ends.min_us !== undefined || ends.max_us !== undefined;
      const micros = ends.min_micros !== undefined || ends.max_micros !== undefined;
      const [min, max] = us ? [ends.min_us, ends.max_us] : [ends.min_micros, ends.max_micros];
      return us !== micros && (min ?? -Infinity) <= (max ?? Infinity);
    },
    { error: "a min, a max or both of one unit, min at most max" },
  );

/** A guarantee in normalised snake_case form. */
export const normalGuaranteeWire = z.strictObject({
  property: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: "a property's name" }),
  coverage_ppm: whole(1, 1_000_000),
  bound,
});

/** The same, read into its type. */
export const normalGuarantee: z.ZodType<Guarantee> = normalGuaranteeWire.transform(
  (wire): Guarantee => ({ property: wire.property, coveragePpm: wire.coverage_ppm, bound: camelBound(wire.bound) }),
);

function camelBound(ends: z.output<typeof bound>): Guarantee["bound"] {
  const { min_us: minUs, max_us: maxUs, min_micros: minMicros, max_micros: maxMicros } = ends;
  return {
    ...(minUs === undefined ? {} : { minUs }),
    ...(maxUs === undefined ? {} : { maxUs }),
    ...(minMicros === undefined ? {} : { minMicros }),
    ...(maxMicros === undefined ? {} : { maxMicros }),
  };
}

const interval = z
  .strictObject({ min_micros: whole().exactOptional(), max_micros: whole().exactOptional(), target_micros: whole().exactOptional() })
  .refine(
    (ends) =>
      (ends.min_micros !== undefined || ends.max_micros !== undefined) &&
      (ends.min_micros ?? -Infinity) <= (ends.max_micros ?? Infinity),
    { error: "a min, a max or both, min at most max" },
  );

/** A capability in normalised snake_case form. */
export const normalCapability = z.strictObject({
  type: capabilityType,
  parameters: z.record(parameterName, z.union([z.string().max(256), z.boolean(), sortedSet(z.string().max(256)), interval])),
});

/** A group of alternatives in normalised snake_case form. */
export const normalGroup = z.strictObject({ any_of: orderedSet(normalCapability).refine((items) => items.length > 0, { error: "an alternative" }) });
