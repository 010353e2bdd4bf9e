import { z } from "zod";

import { canonicalSet } from "../canonical-set.ts";
import type { Capability, CapabilityGroup, ParameterInterval, ParameterValue } from "../capability.ts";
import { DecimalText } from "../document/decimal-text.ts";
import type { IssueDetails } from "../document/schema-problems.ts";
import { decimalText, refuseIssue, scale, type Stance } from "./decimal.ts";
import { capabilityType, parameterName, setOf } from "./encodings.ts";
import { mapping, namedMapping, openMapping } from "./mapping.ts";

const text = z.string().max(256);

const number = z
  .custom<DecimalText>((value) => value instanceof DecimalText, {
    error: "a number",
    params: { kind: true, expected: "a number" } satisfies IssueDetails,
  })
  .meta({ type: "number" });

/** A parameter: a word, a flag, a set of words, a number, or an interval. */
function parameterValue(stance: Stance): z.ZodType<ParameterValue> {
  const exact = number.transform((value, context) => interval({ min: value, max: value }, stance, context));
  const range = mapping({
    min: decimalText.exactOptional(),
    max: decimalText.exactOptional(),
    target: decimalText.exactOptional(),
  }).transform((ends, context) => interval(ends, stance, context));
  return z.union([text, z.boolean(), exact, setOf(text), range]);
}

/** A capability: its path alone, or a mapping with parameters inside or beside `type`. */
export function capability(stance: Stance): z.ZodType<Capability> {
  const value = parameterValue(stance);
  const name = capabilityType.transform((type): Capability => ({ type, parameters: {} }));
  const full = openMapping(
    { type: capabilityType, parameters: namedMapping(parameterName, value).exactOptional() },
    value,
  ).transform((raw, context): Capability => {
    const { type, parameters = {}, ...beside } = raw;
    for (const key of Object.keys(beside)) {
      if (!parameterName.safeParse(key).success) refuseIssue(context, { found: "an odd name", expected: "a parameter's name" }, [key]);
      if (Object.hasOwn(parameters, key)) refuseIssue(context, { found: "the parameter twice", expected: "it once" }, [key]);
    }
    return { type, parameters: { ...parameters, ...beside } };
  });
  return z.union([name, full]);
}

/** What a service offers: a set. */
export const offeredCapabilities: z.ZodType<Capability[]> = z.array(capability("offer")).transform(canonicalSet);

/** What a request demands: all of these groups. */
export const requiredCapabilities: z.ZodType<CapabilityGroup[]> = z
  .array(
    z.union([
      capability("demand").transform((one): CapabilityGroup => ({ anyOf: [one] })),
      mapping({ any_of: z.array(capability("demand")).min(1).transform(canonicalSet) }).transform(
        ({ any_of }): CapabilityGroup => ({ anyOf: any_of }),
      ),
    ]),
  )
  .transform(canonicalSet);

interface Ends {
  readonly min?: DecimalText;
  readonly max?: DecimalText;
  readonly target?: DecimalText;
}

function interval(ends: Ends, stance: Stance, context: z.core.$RefinementCtx): ParameterInterval {
  const offer = stance === "offer";
  const minMicros = ends.min && scale(ends.min, 6, offer ? "down" : "up");
  const maxMicros = ends.max && scale(ends.max, 6, offer ? "up" : "down");
  const targetMicros = ends.target && scale(ends.target, 6, "half-even");
  if (ends.min === undefined && ends.max === undefined) refuseIssue(context, { expected: "min, max or both" });
  for (const [key, given, scaled] of [
    ["min", ends.min, minMicros],
    ["max", ends.max, maxMicros],
    ["target", ends.target, targetMicros],
  ] as const) {
    if (given !== undefined && scaled === undefined) refuseIssue(context, { expected: "a number within ±9·10⁹" }, [key]);
  }
  if (minMicros !== undefined && maxMicros !== undefined && minMicros > maxMicros) {
    refuseIssue(context, { found: "min over max", expected: "min at most max, in millionths" }, ends.min === ends.max ? [] : ["min"]);
  }
  return {
    ...(minMicros === undefined ? {} : { minMicros }),
    ...(maxMicros === undefined ? {} : { maxMicros }),
    ...(targetMicros === undefined ? {} : { targetMicros }),
  };
}
