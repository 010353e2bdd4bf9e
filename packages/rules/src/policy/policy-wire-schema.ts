import { currency, id, integer, namedMapping, patterned, setOf, word } from "@caio/contracts";
import { z } from "zod";

import type { Rule } from "../rule.ts";
import { conditionText } from "./condition-schema.ts";
import { independentSets } from "./policy-schema.ts";
import { counts, quantities, type Quantity } from "./quantities.ts";
import { obligations, reasonText, ruleList } from "./rule-schema.ts";

const whole = ({ min, max }: Quantity): z.ZodType<number> => integer(min, max);
const weight = whole(quantities.weight);
const attempts = integer(...counts.attempts);

/** A rule id, or that of a rule taken over from a policy that the request named (calculus §0). */
const ruleId = patterned(/^(?:[a-z0-9][a-z0-9-]{0,62}\/)?[a-z0-9][a-z0-9-]{0,62}$/, "a rule id, or policy-id/rule-id");

const effect = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("require"), condition: conditionText("effect") }),
  z.strictObject({ kind: z.literal("deny"), condition: conditionText("effect") }),
  z.strictObject({ kind: z.literal("prefer"), condition: conditionText("effect"), amount_micros: whole(quantities.preference) }),
  z.strictObject({ kind: z.literal("oblige"), obligations }),
]);

const rule: z.ZodType<Rule> = z
  .strictObject({
    id: ruleId,
    priority: integer(...counts.priority),
    when: conditionText("when").optional(),
    effect,
    reason: reasonText,
  })
  .transform(({ id: name, priority, when, effect: written, reason }): Rule => {
    const common = { id: name, priority, ...(when === undefined ? {} : { when }), reason };
    if (written.kind !== "prefer") return { ...common, effect: written };
    return { ...common, effect: { kind: "prefer", condition: written.condition, amountMicros: written.amount_micros } };
  });

/** The normalised form: every member present, every quantity an integer. Nothing is defaulted here. */
export const policyWireSchema = z.strictObject({
  id,
  currency,
  rates: namedMapping(currency, whole(quantities.rate)),
  weights: z.strictObject({
    intent: weight,
    attention: weight,
    rl: weight,
    resonance: weight,
    model: weight,
    cost: weight,
    risk: weight,
    latency: weight,
  }),
  rl: z.strictObject({ width_micros: whole(quantities.width) }),
  limits: z.strictObject({
    budget_micros: whole(quantities.budget).optional(),
    latency_us: whole(quantities.duration).optional(),
    latency_coverage_ppm: whole(quantities.coverage).optional(),
    deadline_us: whole(quantities.duration).optional(),
  }),
  safety: z.strictObject({ forbidden: setOf(word), needs_filtering: setOf(word) }),
  privacy: z.strictObject({
    mode: z.enum(["strict", "encrypted"]),
    sensitive: setOf(word),
    allowed_labels: z.record(id, setOf(word)),
  }),
  fallback: z.strictObject({ max_attempts: attempts, after_first_byte: z.enum(["error", "resume"]) }),
  retry: z.strictObject({ max_attempts: attempts, backoff_us: whole(quantities.backoff) }),
  exploration: z.strictObject({ epsilon_ppm: whole(quantities.share), max_loss_micros: whole(quantities.loss) }),
  independent: independentSets,
  monitor: z.strictObject({ alpha_micros: whole(quantities.alpha), drift_run_length: integer(...counts.runLength) }),
  control: z.strictObject({
    excite_micros: whole(quantities.gain),
    damp_micros: whole(quantities.gain),
    c_micros: whole(quantities.gain),
    m_micros: whole(quantities.positive),
    interval_micros: whole(quantities.positive),
    e_max_micros: whole(quantities.positive),
  }),
  rules: ruleList(rule),
});
