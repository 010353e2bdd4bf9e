import { problemsError, readDocumentValue, toWireObject, valueOrThrow, type DocumentForm, type ParseOptions } from "@caio/contracts";
import { canonicalJson, digest, type Digest, type JsonObject, type JsonValue } from "@caio/core";
import type { z } from "zod";

import type { PolicyLimits, PolicySet } from "../policy-set.ts";
import { policyWireSchema } from "./policy-wire-schema.ts";

type PolicyWire = z.output<typeof policyWireSchema>;

const wireForm: DocumentForm<PolicyWire> = { code: "InvalidPolicy", noun: "policy", schema: policyWireSchema };

/** The normalised form of a policy set (calculus §0): what is hashed and kept in world files. */
export function policyToWire(policy: PolicySet): JsonObject {
  return toWireObject(policy);
}

/**
 * The digest of a policy set: SHA-256 of the canonical JSON of its normalised form. Key order, comments, spelling of
 * numbers and defaults written out or not do not change it.
 */
export function policyDigest(policy: PolicySet): Digest {
  return digest(policyToWire(policy));
}

/**
 * The reverse of `policyToWire`, strict: every member present, none unknown, lists sorted and unique, rules in their
 * order. Rule ids may be of the form `policy-id/rule-id`, as effective policies have them.
 *
 * @throws CaioError `InvalidPolicy`
 */
export function policyFromWire(value: JsonValue, options: ParseOptions = {}): PolicySet {
  const file = options.file ?? "<policy>";
  const policy = fromParts(valueOrThrow(readDocumentValue(value, wireForm, { file }), wireForm));
  if (canonicalJson(policyToWire(policy)) !== canonicalJson(value)) {
    const expected = "the normalised form: lists sorted and without repeats, rules by priority and id";
    throw problemsError("InvalidPolicy", [{ file, line: 1, column: 1, path: "", found: "a policy in another order", expected }]);
  }
  return policy;
}

function fromParts(wire: PolicyWire): PolicySet {
  const { fallback, retry, exploration, monitor, control } = wire;
  return {
    id: wire.id,
    currency: wire.currency,
    rates: wire.rates,
    weights: wire.weights,
    rl: { widthMicros: wire.rl.width_micros },
    limits: limitsFrom(wire.limits),
    safety: { forbidden: wire.safety.forbidden, needsFiltering: wire.safety.needs_filtering },
    privacy: { mode: wire.privacy.mode, sensitive: wire.privacy.sensitive, allowedLabels: wire.privacy.allowed_labels },
    fallback: { maxAttempts: fallback.max_attempts, afterFirstByte: fallback.after_first_byte },
    retry: { maxAttempts: retry.max_attempts, backoffUs: retry.backoff_us },
    exploration: { epsilonPpm: exploration.epsilon_ppm, maxLossMicros: exploration.max_loss_micros },
    independent: wire.independent,
    monitor: { alphaMicros: monitor.alpha_micros, driftRunLength: monitor.drift_run_length },
    control: {
      exciteMicros: control.excite_micros,
      dampMicros: control.damp_micros,
      cMicros: control.c_micros,
      mMicros: control.m_micros,
      intervalMicros: control.interval_micros,
      eMaxMicros: control.e_max_micros,
    },
    rules: wire.rules,
  };
}

function limitsFrom(limit: PolicyWire["limits"]): PolicyLimits {
  return {
    ...(limit.budget_micros === undefined ? {} : { budgetMicros: limit.budget_micros }),
    ...(limit.latency_us === undefined ? {} : { latencyUs: limit.latency_us }),
    ...(limit.latency_coverage_ppm === undefined ? {} : { latencyCoveragePpm: limit.latency_coverage_ppm }),
    ...(limit.deadline_us === undefined ? {} : { deadlineUs: limit.deadline_us }),
  };
}
