import * as z from "zod/mini";

const number = z.number();
const brief = z.object({ id: z.string(), version: number, digest: z.string(), rules: number });
export type PolicyBrief = z.output<typeof brief>;

export const policiesReply = z.object({ version: number, base: z.string(), policies: z.array(brief) });
export const versionsReply = z.object({ versions: z.array(brief), active: number });

const effect = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("require"), condition: z.string() }),
  z.object({ kind: z.literal("deny"), condition: z.string() }),
  z.object({ kind: z.literal("prefer"), condition: z.string(), amount_micros: number }),
  z.object({ kind: z.literal("oblige"), obligations: z.array(z.string()) }),
]);
const rule = z.object({ id: z.string(), priority: number, when: z.optional(z.string()), effect, reason: z.string() });
export type PolicyRule = z.output<typeof rule>;

const words = z.array(z.string());
const micros = z.record(z.string(), number);

/** A policy in its normalised form (docs/wire-forms.md), all of it: what is not read here would be lost when a draft is saved. */
export const wirePolicy = z.strictObject({
  id: z.string(),
  currency: z.string(),
  rates: micros,
  weights: micros,
  rl: z.strictObject({ width_micros: number }),
  limits: z.strictObject({ budget_micros: z.optional(number), latency_us: z.optional(number), latency_coverage_ppm: z.optional(number), deadline_us: z.optional(number) }),
  safety: z.strictObject({ forbidden: words, needs_filtering: words }),
  privacy: z.strictObject({ mode: z.string(), sensitive: words, allowed_labels: z.record(z.string(), words) }),
  fallback: z.strictObject({ max_attempts: number, after_first_byte: z.string() }),
  retry: z.strictObject({ max_attempts: number, backoff_us: number }),
  exploration: z.strictObject({ epsilon_ppm: number, max_loss_micros: number }),
  independent: z.array(words),
  monitor: z.strictObject({ alpha_micros: number, drift_run_length: number }),
  control: micros,
  rules: z.array(rule),
});
export type WirePolicy = z.output<typeof wirePolicy>;

export const policyReply = z.object({ id: z.string(), version: number, digest: z.string(), policy: wirePolicy });
export type PolicyReply = z.output<typeof policyReply>;

const finding = z.object({ kind: z.string(), severity: z.enum(["error", "warning", "info"]), rules: z.array(z.string()), message: z.string() });
export type RuleFinding = z.output<typeof finding>;
export const validationReply = z.object({ id: z.string(), findings: z.array(finding) });
export const savedReply = z.object({ id: z.string(), version: number, digest: z.string(), findings: z.array(finding) });

/** What of a draft cannot be read, and where (`details` of the error `InvalidPolicy`). */
export const draftProblems = z.object({ problems: z.array(z.object({ line: number, column: number, path: z.string(), found: z.unknown(), expected: z.unknown() })) });

/** What is in use instead of what was expected, and who put it there when (`details` of the error `PreconditionFailed`). */
export const changedPolicy = z.object({ found: z.nullable(z.object({ version: number, actor: z.nullable(z.string()), at: z.nullable(number) })) });
export type ChangedPolicy = z.output<typeof changedPolicy>;
