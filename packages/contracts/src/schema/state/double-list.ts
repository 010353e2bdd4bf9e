import { z } from "zod";

import { DecimalText } from "../../document/decimal-text.ts";
import type { IssueDetails } from "../../document/schema-problems.ts";
import { refuseIssue } from "../decimal.ts";

const HEX = /^(?:[0-9a-f]{16})*$/;

const double = z
  .custom<DecimalText>((value) => value instanceof DecimalText, {
    error: "a number",
    params: { kind: true, expected: "a number" } satisfies IssueDetails,
  })
  .meta({ type: "number" })
  .transform((text) => text.toNumber());

/** Exactly `length` finite doubles: a list of numbers, or lower-case hex of big-endian IEEE 754 doubles. */
export function doubleList(length: number): z.ZodType<number[]> {
  const hex = z.string().regex(HEX, { error: "hex of big-endian doubles, 16 digits each" }).transform(doublesOfHex);
  return z.union([z.array(double), hex]).transform((values, context) => {
    if (values.length !== length) refuseIssue(context, { expected: `${String(length)} doubles` });
    if (!values.every(Number.isFinite)) refuseIssue(context, { found: "NaN or an infinity", expected: "finite doubles" });
    return values;
  });
}

/** Doubles of lower-case hex, 16 digits each, big-endian. −0 becomes 0. */
export function doublesOfHex(hex: string): number[] {
  const bytes = Buffer.from(hex, "hex");
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) => bytes.readDoubleBE(index * 8) + 0);
}

/** Lower-case hex of big-endian doubles; −0 is written as 0. */
export function hexOfDoubles(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeDoubleBE(value + 0, index * 8));
  return bytes.toString("hex");
}
