import type { JsonObject } from "@caio/core";
import { z } from "zod";

import { MAX_CASE_FEATURES, MAX_CASE_NUMBERS, MAX_CASES, MAX_COST_CLASSES, type LearnedCase, type LearnedCost, type OnlineValue } from "../../online-value.ts";
import { refuseIssue } from "../decimal.ts";
import { caseOfHex, hexOfCase } from "./case-numbers.ts";

const MICRO = 1_000_000;
/** Sums of what forgets or is bounded by outcomes; far from what a double cannot hold. */
const MOST = 9_000_000_000_000;
const HEX = new RegExp(`^(?:[0-9a-f]{2}){1,${String(MAX_CASE_FEATURES)}}$`);

type Whole = (min: number, max: number) => z.ZodType<number>;
type Members = <Shape extends z.core.$ZodShape>(shape: Shape) => z.ZodType<z.output<z.ZodObject<Shape>>>;

/**
 * An online value as a document, a store and a digest hold it: snake case, the numbers of a case as hex, one byte each, two's complement.
 *
 * @param whole - integers, as the form writes them
 * @param members - mappings, as the form reads them
 */
export function onlineDocument(whole: Whole, members: Members): z.ZodType<OnlineValue> {
  const prior = members({ micros: whole(-MICRO, MICRO), weight_micros: whole(0, MOST), lead_micros: whole(0, MICRO) });
  const features = z.string().regex(HEX, { error: `hex of 1 to ${String(MAX_CASE_FEATURES)} bytes` }).transform(caseOfHex).refine((numbers) => !numbers.includes(-128), { error: "no byte 80" });
  const learnedCase = members({ features, weight_micros: whole(1, MOST), sum_micros: whole(-MOST, MOST) }).transform(
    (raw): LearnedCase => ({ features: raw.features, weightMicros: raw.weight_micros, sumMicros: raw.sum_micros }),
  );
  const cost = members({ length_class: whole(0, MAX_COST_CLASSES - 1), outcomes: whole(1, 1_000_000), sum_micros: whole(0, Number.MAX_SAFE_INTEGER) }).transform(
    (raw): LearnedCost => ({ lengthClass: raw.length_class, outcomes: raw.outcomes, sumMicros: raw.sum_micros }),
  );
  return members({
    prior,
    likeness_micros: whole(1, MICRO),
    caution_micros: whole(0, 10 * MICRO),
    weight_micros: whole(0, MOST),
    sum_micros: whole(-MOST, MOST),
    cases: z.array(learnedCase).max(MAX_CASES),
    errors: members({ level_micros: whole(0, MOST), cases_micros: whole(0, MOST), linear_micros: whole(0, MOST) }),
    change: members({ above_micros: whole(0, MOST), below_micros: whole(0, MOST) }),
    costs: z.array(cost).max(MAX_COST_CLASSES),
  }).transform((raw, context): OnlineValue => {
    const numbers = raw.cases.reduce((sum, each) => sum + each.features.length, 0);
    if (numbers > MAX_CASE_NUMBERS) refuseIssue(context, { expected: `at most ${String(MAX_CASE_NUMBERS)} numbers in all cases` }, ["cases"]);
    const unordered = raw.costs.findIndex((each, at) => at > 0 && each.lengthClass <= (raw.costs[at - 1]?.lengthClass ?? 0));
    if (unordered >= 0) refuseIssue(context, { expected: "classes in ascending order, one each" }, ["costs", unordered]);
    return {
      prior: { micros: raw.prior.micros, weightMicros: raw.prior.weight_micros, leadMicros: raw.prior.lead_micros },
      likenessMicros: raw.likeness_micros,
      cautionMicros: raw.caution_micros,
      weightMicros: raw.weight_micros,
      sumMicros: raw.sum_micros,
      cases: raw.cases,
      errors: { levelMicros: raw.errors.level_micros, casesMicros: raw.errors.cases_micros, linearMicros: raw.errors.linear_micros },
      change: { aboveMicros: raw.change.above_micros, belowMicros: raw.change.below_micros },
      costs: raw.costs,
    };
  });
}

/** The document that `onlineDocument` reads back; also what a certificate's digest of a learned value is of (certificate §6). */
export function onlineToDocument({ prior, likenessMicros, cautionMicros, weightMicros, sumMicros, cases, errors, change, costs }: OnlineValue): JsonObject {
  return {
    prior: { micros: prior.micros, weight_micros: prior.weightMicros, lead_micros: prior.leadMicros },
    likeness_micros: likenessMicros,
    caution_micros: cautionMicros,
    weight_micros: weightMicros,
    sum_micros: sumMicros,
    cases: cases.map((each) => ({ features: hexOfCase(each.features), weight_micros: each.weightMicros, sum_micros: each.sumMicros })),
    errors: { level_micros: errors.levelMicros, cases_micros: errors.casesMicros, linear_micros: errors.linearMicros },
    change: { above_micros: change.aboveMicros, below_micros: change.belowMicros },
    costs: costs.map((each) => ({ length_class: each.lengthClass, outcomes: each.outcomes, sum_micros: each.sumMicros })),
  };
}
