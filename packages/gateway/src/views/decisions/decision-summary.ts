import type { Digest, JsonValue } from "@caio/core";
import { PLAN_VERSION, type Certificate, type CertifiedOutcome, type PlanCertificate, type Trace } from "@caio/traceability";
import { z } from "zod";

const count = z.int().min(0);
const name = z.string();
const maybe = <T extends z.ZodType>(schema: T): z.ZodNullable<T> => schema.nullable();

/** What was promised of a call: the worst case of its cost, the latency at the greatest coverage, and all guarantees in the form that contracts have. */
const promised = z.strictObject({
  latency_us: maybe(count),
  latency_coverage_ppm: maybe(count),
  cost_micros: maybe(count),
  deadline_us: maybe(count),
  max_output_tokens: maybe(count),
  guarantees: z.array(z.custom<JsonValue>((value) => value !== undefined)),
});

/** How the last attempt ended. `kept`: what was measured is within what was promised; null: nothing was promised, or nothing measured. */
const measured = z.strictObject({
  status: name,
  reason: maybe(name),
  attempts: count,
  latency_us: count,
  cost_micros: maybe(count),
  ended_at: count,
  kept: z.strictObject({ latency: maybe(z.boolean()), cost: maybe(z.boolean()) }),
});

/** A decision in a few words: what a list shows of it. No prompt, no name of a person. */
export const decisionSummary = z.strictObject({
  id: name,
  index: count,
  at: count,
  tenant: name,
  kind: z.enum(["decision", "plan"]),
  parent: maybe(name),
  outcome: z.enum(["chosen", "refused"]),
  code: maybe(name),
  service: maybe(name),
  model: maybe(name),
  capabilities: z.array(name),
  score_pico: maybe(z.int()),
  margin_pico: maybe(z.int()),
  explored: z.boolean(),
  runner_up: maybe(z.strictObject({ service: name, model: maybe(name), score_pico: z.int() })),
  candidates: maybe(count),
  admitted: maybe(count),
  steps: maybe(count),
  promised: maybe(promised),
  measured: maybe(measured),
  feedback: count,
  control: maybe(z.strictObject({ kind: z.enum(["steer", "nudge"]), energy_micros: count, bound_micros: count, scaled: z.boolean() })),
});
export type DecisionSummary = z.output<typeof decisionSummary>;

/** What a summary takes from the certificate: it never changes. */
export type CertifiedSummary = Pick<DecisionSummary, "capabilities" | "score_pico" | "margin_pico" | "explored" | "runner_up" | "candidates" | "admitted" | "steps" | "promised" | "control">;

/** Of a decision whose certificate is no longer there, or was not kept. */
const uncertified: CertifiedSummary = { capabilities: [], score_pico: null, margin_pico: null, explored: false, runner_up: null, candidates: null, admitted: null, steps: null, promised: null, control: null };

/** The part of a summary that stands in the certificate. */
export function certifiedSummary(certificate: Certificate | PlanCertificate | undefined): CertifiedSummary {
  if (certificate === undefined) return uncertified;
  if (certificate.decisionVersion === PLAN_VERSION) return planSummary(certificate as PlanCertificate);
  const { verdicts, outcome, completeness } = certificate as Certificate;
  const capabilities = completeness.prefixes.flatMap(({ type }) => type ?? []);
  const counts = { capabilities, candidates: verdicts.length, admitted: verdicts.filter(({ step }) => step === 0).length };
  return { ...uncertified, ...counts, ...(outcome.kind === "chosen" ? choiceSummary(outcome) : {}) };
}

function planSummary({ steps, outcome }: PlanCertificate): CertifiedSummary {
  const sizes = { steps: steps.length };
  if (outcome.kind === "refused") return { ...uncertified, ...sizes };
  const { latencyUs, coveragePpm, costMicros } = outcome.promise;
  const promise = { latency_us: latencyUs, latency_coverage_ppm: coveragePpm, cost_micros: costMicros, deadline_us: null, max_output_tokens: null, guarantees: [] };
  return { ...uncertified, ...sizes, score_pico: outcome.score, promised: promise };
}

function choiceSummary({ selected, runnerUp, margin, promise, control }: CertifiedOutcome): Partial<CertifiedSummary> {
  const { deadlineUs, maxOutputTokens, costCapMicros } = promise.perCall;
  const latency = promisedLatency(promise.statistical);
  return {
    score_pico: selected.score,
    margin_pico: margin,
    explored: selected.drawn,
    runner_up: runnerUp === null ? null : { service: runnerUp.service, model: runnerUp.model, score_pico: runnerUp.score },
    promised: {
      latency_us: latency?.maxUs ?? null, latency_coverage_ppm: latency?.coveragePpm ?? null, cost_micros: costCapMicros, deadline_us: deadlineUs,
      max_output_tokens: maxOutputTokens, guarantees: [...promise.statistical],
    },
    control: { kind: control.kind, energy_micros: control.energyBeforeMicros, bound_micros: control.boundMicros, scaled: control.scaled },
  };
}

/** The bound on latency that is promised for the greatest share of calls. */
export function promisedLatency(statistical: CertifiedOutcome["promise"]["statistical"]): { readonly maxUs: number; readonly coveragePpm: number } | undefined {
  const bounds = statistical.flatMap((each) => {
    const read = latencyGuarantee.safeParse(each);
    return read.success ? [{ maxUs: read.data.bound.max_us, coveragePpm: read.data.coverage_ppm }] : [];
  });
  return bounds.reduce<(typeof bounds)[number] | undefined>((best, each) => (best === undefined || each.coveragePpm > best.coveragePpm ? each : best), undefined);
}

const latencyGuarantee = z.object({ property: z.literal("latency"), coverage_ppm: z.int(), bound: z.object({ max_us: z.int() }) });

/** The summary of a decision as the log has it. */
export function summaryOf(trace: Trace, certified: CertifiedSummary): DecisionSummary {
  const { decisionId: id, logIndex: index, now: at, tenant, parent, outcome, selected, feedback } = trace;
  // A plan that chose names no pair of its own.
  const isPlan = certified.steps !== null || (outcome === "chosen" && selected === null);
  return {
    ...{ id, index, at, tenant, kind: isPlan ? "plan" : "decision", parent: parent satisfies Digest | null },
    outcome: outcome === "chosen" ? "chosen" : "refused",
    code: outcome === "chosen" ? null : outcome,
    service: selected?.service ?? null,
    model: selected?.model ?? null,
    ...certified,
    measured: measuredOf(trace, certified.promised),
    feedback: feedback.length,
  };
}

function measuredOf({ outcomes }: Trace, promise: CertifiedSummary["promised"]): DecisionSummary["measured"] {
  const last = outcomes.at(-1);
  if (last === undefined) return null;
  const { status, reason, latencyUs, costMicros, endedAt } = last;
  const within = (value: number | null, bound: number | null | undefined): boolean | null => (value === null || bound === null || bound === undefined ? null : value <= bound);
  const kept = { latency: within(latencyUs, promise?.latency_us), cost: within(costMicros, promise?.cost_micros) };
  return { status, reason, attempts: outcomes.length, latency_us: latencyUs, cost_micros: costMicros, ended_at: endedAt, kept };
}
