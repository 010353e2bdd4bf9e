import { CaioError, canonicalJson, type KnownTexts } from "@caio/core";
import type { Candidate } from "@caio/contracts";

import type { Certificate } from "./certificate.ts";
import type { CertifiedAdmission, CertifiedLimit, CertifiedVerdict } from "./certified-verdict.ts";

/**
 * The canonical text of what a certificate says of each pair, which grows with the candidates: a fixed form is written in an eighth of the
 * time that any JSON takes.
 *
 * @throws CaioError `NotCanonical` for a number that is no safe integer
 */
export function pairTexts({ verdicts, outcome }: Certificate): KnownTexts {
  const texts = new Map<object, string>([[verdicts, list(verdicts, verdictText)]]);
  if (outcome.kind === "chosen") texts.set(outcome.models, list(outcome.models, rankedText));
  return texts;
}

function list<T>(items: readonly T[], write: (item: T) => string): string {
  let text = "[";
  for (const item of items) text += text === "[" ? write(item) : `,${write(item)}`;
  return `${text}]`;
}

function verdictText(verdict: CertifiedVerdict): string {
  return verdict.step === 0 ? admissionText(verdict) : canonicalJson(verdict);
}

function admissionText({ model, service, prefer, score, terms, residuals }: CertifiedAdmission): string {
  const { safety, policy, traits, budget, latency } = residuals;
  return (
    `{"model":${id(model)},"prefer":${int(prefer)},"residuals":{"budget":${limitText(budget)},"latency":${limitText(latency)},` +
    `"policy":{"compliance":${int(policy.compliance)},"onDevice":${int(policy.onDevice)},"privacy":${int(policy.privacy)}},` +
    `"safety":{"forbidden":${int(safety.forbidden)},"harmful":${int(safety.harmful)},"unsafe":${int(safety.unsafe)}},` +
    `"traits":{"confidential":${int(traits.confidential)},"conservative":${int(traits.conservative)},"risk":${int(traits.risk)}}},` +
    `"score":${int(score)},"service":${id(service)},"step":0,` +
    `"terms":{"attention":${int(terms.attention)},"cost":${int(terms.cost)},"intent":${int(terms.intent)},"latency":${int(terms.latency)},` +
    `"model":${int(terms.model)},"resonance":${int(terms.resonance)},"risk":${int(terms.risk)},"rl":${int(terms.rl)}}}`
  );
}

function limitText({ flag, residual }: CertifiedLimit): string {
  return `{"flag":${flag === null ? "null" : `"${flag}"`},"residual":${int(residual)}}`;
}

function rankedText({ service, model, score }: Candidate & { readonly score: number }): string {
  return `{"model":${id(model)},"score":${int(score)},"service":${id(service)}}`;
}

/** Ids of services and models: any text that a contract may hold. */
function id(text: string | null): string {
  return canonicalJson(text);
}

function int(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new CaioError("NotCanonical", `A verdict holds ${String(value)}, expected a safe integer.`, { details: { found: String(value), expected: "a safe integer" } });
}
