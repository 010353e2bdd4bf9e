import type { RoutingDecision } from "@caio/orchestrator";
import { canonicalJson, type JsonObject } from "@caio/core";
import type { Certificate } from "@caio/traceability";

/**
 * What a golden world holds an implementation to: the outcome, every verdict with its clause or terms, score and residuals, and
 * the digests of request and certificate.
 */
export function expectedOf(decision: RoutingDecision): JsonObject {
  const { decisionId, certificate, certificateDigest } = decision;
  const expected: unknown = {
    decisionId,
    seed: certificate.seed,
    requestDigest: certificate.request.digest,
    certificateDigest,
    outcome:
      decision.kind === "refused"
        ? { kind: "refused", code: decision.code }
        : chosenOf(certificate.outcome),
    verdicts: certificate.verdicts,
    trace: decision.trace,
  };
  return asJson(expected);
}

function chosenOf(outcome: Certificate["outcome"]): unknown {
  if (outcome.kind !== "chosen") return outcome;
  const { kind, selected, runnerUp, margin, obligations } = outcome;
  return { kind, selected, runnerUp, margin, obligations };
}

/** The same value as plain JSON, canonical where it matters. */
function asJson(value: unknown): JsonObject {
  const json: unknown = JSON.parse(JSON.stringify(value));
  if (!isObject(json)) throw new Error("Found no object.");
  canonicalJson(json);
  return json;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
