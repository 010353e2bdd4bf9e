import { isCaioError, type Rounding } from "@caio/core";
import { z } from "zod";

import { DecimalText } from "../document/decimal-text.ts";
import type { IssueDetails } from "../document/schema-problems.ts";

/** Whether a document offers (its bounds widen) or demands (its bounds tighten) (calculus §0). */
export type Stance = "offer" | "demand";

const DECIMAL_PATTERN = "^-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?$";
const DECIMAL = new RegExp(DECIMAL_PATTERN);
/** A number mistyped; anything else in its place may be a secret, and is not repeated. */
const LIKE_A_NUMBER = /^(?=.*[0-9])[0-9+\-.,_eE]{1,24}$/;

/** A number, or its text in quotes, before it is scaled. */
export const decimalText = z
  .custom<DecimalText | string>((value) => value instanceof DecimalText || typeof value === "string", {
    error: "a number",
    params: { kind: true, expected: "a number" } satisfies IssueDetails,
  })
  .meta({ anyOf: [{ type: "number" }, { type: "string", pattern: DECIMAL_PATTERN }] })
  .transform((value, context): DecimalText => {
    const text = value instanceof DecimalText ? value : new DecimalText(value);
    if (!text.exact) refuseIssue(context, { expected: "at most 15 significant digits; write more as text in quotes" });
    else if (!DECIMAL.test(text.text)) {
      const shown = value instanceof DecimalText || LIKE_A_NUMBER.test(value);
      refuseIssue(context, { ...(shown ? {} : { found: "text" }), expected: "a decimal such as 12, 0.5 or 1e-6" });
    }
    return text;
  });

/** Bounds of a scaled decimal, both in the scaled unit. */
export interface DecimalRange {
  readonly digits: number;
  readonly rounding: Rounding;
  readonly min?: number;
  readonly max?: number;
  /** In words: `0 … 1`. */
  readonly expected: string;
}

/** A decimal as an integer count of 10^−digits within a range. */
export function decimal(range: DecimalRange): z.ZodType<number, DecimalText | string> {
  return decimalText.transform((text, context): number => {
    const value = scale(text, range.digits, range.rounding);
    if (value === undefined || value < (range.min ?? -Infinity) || value > (range.max ?? Infinity)) {
      refuseIssue(context, { expected: range.expected });
      return z.NEVER;
    }
    return value;
  });
}

/** A whole number between two ends. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodType<number, DecimalText | string> {
  const range = max === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${String(min)}` : `a whole number from ${String(min)} to ${String(max)}`;
  const expected = min === max ? String(min) : range;
  return decimalText.transform((text, context): number => {
    const low = scale(text, 0, "down");
    if (low === undefined || low !== scale(text, 0, "up") || low < min || low > max) {
      refuseIssue(context, { expected });
      return z.NEVER;
    }
    return low;
  });
}

/** The scaled integer, or undefined where it does not fit. */
export function scale(text: DecimalText, digits: number, rounding: Rounding): number | undefined {
  try {
    return text.scaled(digits, rounding);
  } catch (error) {
    if (isCaioError(error, "NumberOutOfRange")) return undefined;
    throw error;
  }
}

/** Adds one of our own issues at a path below the value in hand. */
export function refuseIssue(
  context: z.core.$RefinementCtx,
  details: IssueDetails,
  path: readonly (string | number)[] = [],
): void {
  context.addIssue({ code: "custom", message: details.expected ?? "another value", params: { ...details }, path: [...path], input: undefined });
}
