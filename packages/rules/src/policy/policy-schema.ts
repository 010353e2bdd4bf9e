import { currency, decimal, id, integer, mapping, namedMapping, refuseIssue, setOf, word } from "@caio/contracts";
import { z } from "zod";

import type { PolicyLimits, PolicySet } from "../policy-set.ts";
import { policyDefaults } from "./policy-defaults.ts";
import { counts, quantities } from "./quantities.ts";
import { ruleList, ruleSchema } from "./rule-schema.ts";

const weight = decimal(quantities.weight);
const defaults = policyDefaults;

const weights = mapping({
  intent: weight.prefault(defaults.weights.intent),
  attention: weight.prefault(defaults.weights.attention),
  rl: weight.prefault(defaults.weights.rl),
  resonance: weight.prefault(defaults.weights.resonance),
  model: weight.prefault(defaults.weights.model),
  cost: weight.prefault(defaults.weights.cost),
  risk: weight.prefault(defaults.weights.risk),
  latency: weight.prefault(defaults.weights.latency),
}).prefault({});

const limits = mapping({
  budget: decimal(quantities.budget).optional(),
  latency_ms: decimal(quantities.duration).optional(),
  latency_coverage: decimal(quantities.coverage).optional(),
  deadline_ms: decimal(quantities.duration).optional(),
}).prefault({});

const privacy = mapping({
  mode: z.enum(["strict", "encrypted"]).default(defaults.privacy.mode),
  sensitive: setOf(word).prefault([...defaults.privacy.sensitive]),
  allowed_labels: z.record(id, setOf(word)).prefault({}),
}).prefault({});

const control = mapping({
  excite: decimal(quantities.gain).prefault(defaults.control.excite),
  damp: decimal(quantities.gain).prefault(defaults.control.damp),
  c: decimal(quantities.gain).prefault(defaults.control.c),
  m: decimal(quantities.positive).prefault(defaults.control.m),
  interval: decimal(quantities.positive).prefault(defaults.control.interval),
  e_max: decimal(quantities.positive).prefault(defaults.control.e_max),
}).prefault({});

/** Sets of at least two services, each sorted, and the sets sorted. */
export const independentSets: z.ZodType<readonly (readonly string[])[]> = z
  .array(setOf(id).refine((ids) => ids.length > 1, { error: "at least two different service ids" }))
  .transform((sets) => {
    const byText = new Map(sets.map((set) => [set.join(" "), set]));
    return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, set]) => set);
  });

const document = mapping({
  caio_policy: integer(1, 1),
  id,
  currency: currency.prefault(defaults.currency),
  rates: namedMapping(currency, decimal(quantities.rate)).prefault({}),
  weights,
  rl: mapping({ width: decimal(quantities.width).prefault(defaults.rl.width) }).prefault({}),
  limits,
  safety: mapping({ forbidden: setOf(word).prefault([]), needs_filtering: setOf(word).prefault([]) }).prefault({}),
  privacy,
  fallback: mapping({
    max_attempts: integer(...counts.attempts).prefault(defaults.fallback.max_attempts),
    after_first_byte: z.enum(["error", "resume"]).default(defaults.fallback.after_first_byte),
  }).prefault({}),
  retry: mapping({
    max_attempts: integer(...counts.attempts).prefault(defaults.retry.max_attempts),
    backoff_ms: decimal(quantities.backoff).prefault(defaults.retry.backoff_ms),
  }).prefault({}),
  exploration: mapping({
    epsilon: decimal(quantities.share).prefault(defaults.exploration.epsilon),
    max_loss: decimal(quantities.loss).prefault(defaults.exploration.max_loss),
  }).prefault({}),
  independent: independentSets.prefault([]),
  monitor: mapping({
    alpha: decimal(quantities.alpha).prefault(defaults.monitor.alpha),
    drift_run_length: integer(...counts.runLength).prefault(defaults.monitor.drift_run_length),
  }).prefault({}),
  control,
  rules: ruleList(ruleSchema).prefault([]),
});

type PolicyDocument = z.output<typeof document>;

/** A policy set in the spelling of files, all defaults written out (formats, Policy set). */
export const policySchema: z.ZodType<PolicySet> = document.transform((policy, context) => {
  if (Object.hasOwn(policy.rates, policy.currency)) {
    refuseIssue(context, { found: "a rate of the policy's own currency", expected: "rates of other currencies" }, ["rates", policy.currency]);
  }
  return normalise(policy);
});

function normalise(policy: PolicyDocument): PolicySet {
  const { fallback, retry, exploration, monitor } = policy;
  return {
    id: policy.id,
    currency: policy.currency,
    rates: policy.rates,
    weights: policy.weights,
    rl: { widthMicros: policy.rl.width },
    limits: normaliseLimits(policy.limits),
    safety: { forbidden: policy.safety.forbidden, needsFiltering: policy.safety.needs_filtering },
    privacy: {
      mode: policy.privacy.mode,
      sensitive: policy.privacy.sensitive,
      allowedLabels: policy.privacy.allowed_labels,
    },
    fallback: { maxAttempts: fallback.max_attempts, afterFirstByte: fallback.after_first_byte },
    retry: { maxAttempts: retry.max_attempts, backoffUs: retry.backoff_ms },
    exploration: { epsilonPpm: exploration.epsilon, maxLossMicros: exploration.max_loss },
    independent: policy.independent,
    monitor: { alphaMicros: monitor.alpha, driftRunLength: monitor.drift_run_length },
    control: normaliseControl(policy.control),
    rules: policy.rules,
  };
}

function normaliseLimits(limit: PolicyDocument["limits"]): PolicyLimits {
  return {
    ...(limit.budget === undefined ? {} : { budgetMicros: limit.budget }),
    ...(limit.latency_ms === undefined ? {} : { latencyUs: limit.latency_ms }),
    ...(limit.latency_coverage === undefined ? {} : { latencyCoveragePpm: limit.latency_coverage }),
    ...(limit.deadline_ms === undefined ? {} : { deadlineUs: limit.deadline_ms }),
  };
}

function normaliseControl(written: PolicyDocument["control"]): PolicySet["control"] {
  return {
    exciteMicros: written.excite,
    dampMicros: written.damp,
    cMicros: written.c,
    mMicros: written.m,
    intervalMicros: written.interval,
    eMaxMicros: written.e_max,
  };
}
