import { z } from "zod";

import { canonicalSet } from "../canonical-set.ts";
import { propertyOf, propertySpellings, type FoundProperty } from "../catalogue/property-catalogue.ts";
import type { PropertyDefinition } from "../catalogue/property.ts";
import { DecimalText } from "../document/decimal-text.ts";
import type { Bound, Guarantee } from "../guarantee.ts";
import { decimal, decimalText, refuseIssue, scale, type Stance } from "./decimal.ts";
import { mapping, namedMapping } from "./mapping.ts";

type Catalogue = readonly PropertyDefinition[];

/** Names that group guarantees in a file and mean nothing themselves. */
const GROUPS = ["accuracy", "availability", "determinism", "error", "errors", "latency", "reliability", "throughput"];

/** `0.5`, rounded down where offered and up where demanded; at least one millionth. */
export function coverage(stance: Stance): z.ZodType<number, DecimalText | string> {
  const rounding = stance === "offer" ? "down" : "up";
  return decimal({ digits: 6, rounding, min: 1, max: 1_000_000, expected: "a coverage above 0 and at most 1" });
}

/**
 * Guarantees as a list, or as a mapping of groups and short forms. Bounds widen where offered and tighten where demanded;
 * an end that every value meets is dropped.
 */
export function guarantees(stance: Stance, catalogue: Catalogue): z.ZodType<Guarantee[]> {
  const item = guaranteeItem(stance, catalogue);
  const key = z.string().superRefine((name, context) => {
    if (GROUPS.includes(name) || propertyOf(name, catalogue) !== undefined) return;
    refuseIssue(context, { unknownKey: true, known: [...new Set([...GROUPS, ...propertySpellings(catalogue)])] });
  });
  // A scalar is expanded before the schema sees it; it stands here for the JSON Schema alone.
  const short = z.union([decimalText, z.boolean()]).transform((): Guarantee[] => []);
  const entry = z.union([item.transform((one) => [one]), z.array(item), short]);
  const groups = namedMapping(key, entry).transform((map) => Object.values(map).flat());
  const written = z.preprocess((value) => expandShortForms(value, catalogue), z.union([z.array(item), groups]));
  return written.transform(canonicalSet);
}

/** One guarantee written out: property, coverage, bound. */
export function guaranteeItem(stance: Stance, catalogue: Catalogue): z.ZodType<Guarantee> {
  const property = z.string().superRefine((name, context) => {
    if (propertyOf(name, catalogue) !== undefined) return;
    const known = propertySpellings(catalogue);
    refuseIssue(context, { written: name, known, expected: "a property of the catalogue, with its unit (such as latency_ms)" });
  });
  return mapping({
    property,
    coverage: coverage(stance).exactOptional(),
    bound: mapping({
      min: decimalText.exactOptional(),
      max: decimalText.exactOptional(),
      seed_required: z.boolean().exactOptional(),
    }),
  }).transform((raw, context): Guarantee => {
    const found = propertyOf(raw.property, catalogue);
    if (found === undefined) return z.NEVER;
    const said = found.coveragePpm;
    if (said !== undefined && raw.coverage !== undefined && raw.coverage !== said) {
      refuseIssue(context, { expected: `the coverage that ${raw.property} names, or none` }, ["coverage"]);
    }
    const { name, defaultCoveragePpm } = found.property;
    const bound = readBound(raw.bound, found, stance, context);
    return { property: name, coveragePpm: raw.coverage ?? said ?? defaultCoveragePpm, bound };
  });
}

interface RawBound {
  readonly min?: DecimalText;
  readonly max?: DecimalText;
  readonly seed_required?: boolean;
}

function readBound(raw: RawBound, found: FoundProperty, stance: Stance, context: z.core.$RefinementCtx): Bound {
  const { ratio, unit, direction } = found.property;
  const offer = stance === "offer";
  const end = (key: "min" | "max", rounding: "down" | "up"): number | undefined => {
    const text = raw[key];
    if (text === undefined) return undefined;
    const value = scale(text, found.digits, rounding);
    if (value === undefined) refuseIssue(context, { expected: "a number within 2^53 of its unit" }, ["bound", key]);
    return value;
  };
  let min = end("min", offer ? "down" : "up");
  let max = end("max", offer ? "up" : "down");
  if (raw.seed_required !== undefined) {
    if (direction !== "flag") refuseIssue(context, { found: "seed_required", expected: "min or max" }, ["bound", "seed_required"]);
    min ??= raw.seed_required ? 500_000 : 1_000_000;
  }
  if (min !== undefined && max !== undefined && min > max) {
    refuseIssue(context, { found: "min over max", expected: "min at most max" }, ["bound", "min"]);
  }
  if (ratio && min !== undefined && min > 1_000_000) refuseIssue(context, { expected: "at most 1" }, ["bound", "min"]);
  if (max !== undefined && max < 0) refuseIssue(context, { expected: "at least 0" }, ["bound", "max"]);
  if (min !== undefined && min <= 0) min = undefined;
  if (ratio && max !== undefined && max >= 1_000_000) max = undefined;
  if (min === undefined && max === undefined) {
    refuseIssue(context, { found: "a bound that every value meets", expected: "a min or max that says something" }, ["bound"]);
  }
  if (unit === "us") return { ...(min === undefined ? {} : { minUs: min }), ...(max === undefined ? {} : { maxUs: max }) };
  return { ...(min === undefined ? {} : { minMicros: min }), ...(max === undefined ? {} : { maxMicros: max }) };
}

/** `latency_ms: 500` → `{ property: latency_ms, bound: { max: 500 } }`; a group named like a property names it. */
function expandShortForms(value: unknown, catalogue: Catalogue): unknown {
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]): [string, unknown] => {
      if (Array.isArray(entry)) return [key, entry.map((item: unknown) => nameProperty(item, key, catalogue))];
      if (isPlain(entry)) return [key, nameProperty(entry, key, catalogue)];
      return [key, expandScalar(entry, key, catalogue)];
    }),
  );
}

function nameProperty(item: unknown, key: string, catalogue: Catalogue): unknown {
  if (!isPlain(item) || Object.hasOwn(item, "property") || propertyOf(key, catalogue) === undefined) return item;
  return { property: key, ...item };
}

function expandScalar(entry: unknown, key: string, catalogue: Catalogue): unknown {
  const flag = typeof entry === "boolean" ? new DecimalText(entry ? "1" : "0") : entry;
  if (!(flag instanceof DecimalText) && typeof flag !== "string") return entry;
  const end = propertyOf(key, catalogue)?.property.direction === "lower" ? "max" : "min";
  return { property: key, bound: { [end]: flag } };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof DecimalText);
}
