import { decimal, id, mapping, modelId } from "@caio/contracts";
import { z } from "zod";

/** A quality that is promised to whoever names a policy, or to everyone where it is the base policy. */
export interface QualityGuarantee {
  /** The policy whose version says whether savings are released. */
  readonly policy: string;
  /** What answers are to be no worse than; model null: the service without a model. */
  readonly reference: { readonly service: string; readonly model: string | null };
  /** How much less the mean score may be, micros. */
  readonly marginMicros: number;
  /** Chance that savings are ever released though they break the promise, micros: 1 less the confidence. */
  readonly riskMicros: number;
  /** Chance that they are ever given up though it is kept, micros. */
  readonly falseAlarmMicros: number;
}

const share = decimal({ digits: 6, rounding: "down", min: 1, max: 999_999, expected: "a probability above 0 and below 1" });

/** `quality` of `caio.yaml`: one promise a policy. */
export const qualityTerms: z.ZodType<readonly QualityGuarantee[]> = z
  .array(
    mapping({
      policy: id,
      reference: mapping({ service: id, model: modelId.optional() }),
      margin: decimal({ digits: 6, rounding: "down", min: 0, max: 999_999, expected: "a difference of scores from 0 to 1" }).prefault("0.01"),
      confidence: share.prefault("0.95"),
      false_alarm: share.prefault("0.05"),
    }),
  )
  .max(100)
  .superRefine((all, context) => {
    all.forEach(({ policy }, at) => {
      const isSecond = all.findIndex((other) => other.policy === policy) < at;
      if (isSecond) context.addIssue({ code: "custom", path: [at, "policy"], message: "expected each policy once" });
    });
  })
  .transform((all) =>
    all.map(({ policy, reference, margin, confidence, false_alarm: falseAlarm }) => ({
      ...{ policy, reference: { service: reference.service, model: reference.model ?? null } },
      ...{ marginMicros: margin, riskMicros: 1_000_000 - confidence, falseAlarmMicros: falseAlarm },
    })),
  );
