import type { JsonObject, JsonValue, RefusalCode } from "@caio/core";
import { propertyNamed, type Candidate } from "@caio/contracts";
import type { CertifiedAdmission } from "@caio/traceability";

import type { ChosenDecision, DecidedOutcome, RefusedDecision, Rejected } from "./decision.ts";
import { stalenessLines } from "./inputs/freshness.ts";

/** A decision in words a person can read (INV-CAIO-TRACE-0001). Built from the decision alone. */
export interface Explanation {
  readonly headline: string;
  /** Route, score and what decided it; or why nothing was left. */
  readonly why: readonly string[];
  /** One line per rejected pair. */
  readonly rejected: readonly string[];
  /** The residual of every limit of the chosen pair. */
  readonly limits: readonly string[];
  readonly promise: readonly string[];
  readonly control: readonly string[];
  readonly fields: readonly string[];
}

const REFUSALS: Readonly<Record<RefusalCode, string>> = {
  NoMatchingService: "no service satisfies what the request requires",
  RuleViolation: "the rules reject every service that matches",
  SecurityViolation: "a security predicate fails for every service that the rules admit",
  SafetyViolation: "the safety limit rejects every service that is left",
  PolicyViolation: "the privacy or compliance demanded rejects every service that is left",
  TraitViolation: "the caller's traits reject every service that is left",
  BudgetExceeded: "every service that is left can cost more than the budget",
  LatencyExceeded: "no service that is left promises the latency asked for",
};

/** What of a decision its explanation is made from. */
export type Explainable =
  | Pick<ChosenDecision, "kind" | "verdicts" | "fieldState" | "stale" | "outcome">
  | Pick<RefusedDecision, "kind" | "verdicts" | "fieldState" | "stale" | "code">;

/** Says in words what a decision chose or why it refused, and why each other pair fell. */
export function explainDecision(decision: Explainable): Explanation {
  const rejected = decision.verdicts.flatMap((verdict) => (verdict.step === 0 ? [] : [rejectionText(verdict)]));
  const { energyMicros, highConductivityMicros } = decision.fieldState;
  const fields = [
    `Intent field: energy ${decimal(energyMicros)}, high-band conductivity ${decimal(highConductivityMicros)}.`,
  ];
  if (decision.kind === "refused") {
    const headline = `Refused (${decision.code}): ${REFUSALS[decision.code]}.`;
    const count = decision.verdicts.length;
    const why = [count === 0 ? "No service offers the capability asked for." : `${plural(count, "pair")} looked at, none admitted.`, ...stalenessLines(decision.stale ?? {})];
    return { headline, why, rejected, limits: [], promise: [], control: [], fields };
  }
  return { ...chosenWords(decision), rejected, fields };
}

type ExplainableChoice = Extract<Explainable, { kind: "chosen" }>;

function chosenWords(decision: ExplainableChoice): Omit<Explanation, "rejected" | "fields"> {
  const { selected, runnerUp, margin, control, obligations } = decision.outcome;
  const admitted = admissionOf(decision);
  const why = [`Score ${pico(selected.score)}: ${admitted === undefined ? "" : termsText(admitted)}.`];
  if (selected.drawn) why.push(`Drawn by exploration with propensity ${String(selected.propensity.numerator)}/${String(selected.propensity.denominator)}; expected cost ${pico(exploredScore(decision.outcome))}.`);
  if (runnerUp === null) why.push("No other pair was admitted.");
  else if (margin === 0) why.push(`Tied with ${nameOf(runnerUp)}; the smaller tie digest decided.`);
  else why.push(`Next came ${nameOf(runnerUp)} with ${pico(runnerUp.score)}, ${pico(Math.abs(margin ?? 0))} ${(margin ?? 0) < 0 ? "above" : "below"}.`);
  if (obligations.length > 0) why.push(`Obligations: ${obligations.join(", ")}.`);
  why.push(...stalenessLines(decision.stale ?? {}));
  return {
    headline: `Chosen: ${nameOf(selected)} (${selected.route}) of ${plural(decision.outcome.models.length, "admitted pair")}.`,
    why,
    limits: admitted === undefined ? [] : limitLines(decision, admitted),
    promise: promiseLines(decision),
    control: [`Control signal (${control.kind}): bound ${decimal(control.boundMicros)}${control.scaled ? ", scaled to it" : ""}, energy before ${decimal(control.energyBeforeMicros)}.`],
  };
}

/** What a choice that chance made falls short of the best one, pico: 0 where none was drawn, or the best was. It is what exploring is expected to cost. */
export function exploredScore({ selected, margin }: Pick<DecidedOutcome, "selected" | "margin">): number {
  return selected.drawn ? Math.max(0, -(margin ?? 0)) : 0;
}

function admissionOf(decision: ExplainableChoice): CertifiedAdmission | undefined {
  const { service, model } = decision.outcome.selected;
  for (const verdict of decision.verdicts) {
    if (verdict.step === 0 && verdict.service === service && verdict.model === model) return verdict;
  }
  return undefined;
}

function termsText({ terms, prefer }: CertifiedAdmission): string {
  const parts = Object.entries(terms).map(([name, value]: [string, number]) => `${name} ${decimal(value)}`);
  return [...parts, ...(prefer === 0 ? [] : [`preferred ${decimal(prefer)}`])].join(", ");
}

function limitLines(decision: ExplainableChoice, { residuals }: CertifiedAdmission): readonly string[] {
  const { budgetMicros, latencyUs } = decision.outcome.limits;
  return [
    budgetMicros === null ? "Budget: none." : `Budget: ${decimal(-residuals.budget.residual)} of ${decimal(budgetMicros)} left in the worst case.`,
    latencyUs === null ? "Latency: no limit." : `Latency: ${milliseconds(-residuals.latency.residual)} of ${milliseconds(latencyUs)} left at the promise.`,
    `Traits: conservative ${decimal(residuals.traits.conservative)}, confidential ${decimal(residuals.traits.confidential)}, risk ${decimal(residuals.traits.risk)} (at most 0).`,
  ];
}

function promiseLines(decision: ExplainableChoice): readonly string[] {
  const { perCall, statistical } = decision.outcome.promise;
  const lines: string[] = [];
  if (perCall.deadlineUs !== null) lines.push(`Enforced: an answer within ${milliseconds(perCall.deadlineUs)}.`);
  if (perCall.costCapMicros !== null) lines.push(`Enforced: a cost of at most ${decimal(perCall.costCapMicros)}.`);
  if (perCall.outputSchemaDigest !== null) lines.push("Enforced: the output schema of the contract.");
  for (const guarantee of statistical) lines.push(`${isWatched(guarantee) ? "Monitored" : "Claimed, and measured by nobody"}: ${guaranteeText(guarantee)}.`);
  return lines;
}

/** A property of somebody's own has no measurement that the monitor could hold against it. */
function isWatched(guarantee: JsonValue): boolean {
  return isObject(guarantee) && propertyNamed(textOf(guarantee["property"])) !== undefined;
}

/** A guarantee in wire form, in words. */
export function guaranteeText(guarantee: JsonValue): string {
  if (!isObject(guarantee)) return "";
  const { property, coverage_ppm: coverage, bound } = guarantee;
  const ends = isObject(bound ?? null)
    ? Object.entries(bound ?? {}).map(([end, value]: [string, JsonValue]) => {
        const amount = end.endsWith("_us") ? milliseconds(Number(value)) : decimal(Number(value));
        return `${end.startsWith("max") ? "at most" : "at least"} ${amount}`;
      })
    : [];
  const share = Number(coverage) === 1_000_000 ? "" : ` in ${String(Number(coverage) / 10_000)} % of calls`;
  return `${textOf(property)} ${ends.join(" and ")}${share}`;
}

const CLAUSES: Readonly<Record<string, string>> = {
  excluded: "was tried before and is excluded",
  health: "is not healthy",
  capabilities: "does not offer what is asked",
  guarantees: "does not guarantee what is asked",
  constraints: "breaks a constraint of the request",
  assumptions: "does not accept what the request brings",
  authentication: "the caller's authentication does not hold",
  authorization: "the caller is not permitted",
  privacy: "may not see sensitive data",
  trust: "demands more trust than the caller has",
  access: "is outside the caller's boundary",
  safety: "breaks the safety limit",
  policy: "lacks the privacy or compliance demanded",
  traits: "breaks the caller's traits",
  budget: "can cost more than the budget",
  latency: "promises no such latency",
};

function rejectionText(rejected: Rejected): string {
  return `${nameOf(rejected)}: step ${String(rejected.step)}, ${rejected.clause}: ${rejectionReason(rejected)}.`;
}

/** Why a pair fell, in words: what was promised and what was asked, the reason of a rule, or what was found. */
export function rejectionReason({ clause, evidence }: Pick<Rejected, "clause" | "evidence">): string {
  if (clause.startsWith("rule:")) return textOf(evidence["reason"]).replace(/\.$/, "") + whyText(evidence["why"]);
  const words = CLAUSES[clause] ?? clause;
  const { found, expected } = evidence;
  if (clause === "guarantees" && isList(found) && expected !== undefined && isObject(expected)) {
    const promised = found.map(guaranteeText).join(", ");
    return `promises ${promised === "" ? "nothing of the kind" : promised}; asked is ${guaranteeText(expected)}`;
  }
  if ("path" in evidence) return `${words} (${textOf(evidence["path"])}: found ${short(found)}, expected ${short(expected)})`;
  if ("flag" in evidence && evidence["flag"] !== null) return `${words} (${textOf(evidence["flag"])})`;
  return words;
}

function whyText(why: JsonValue | undefined): string {
  return why === "error" ? " (the condition could not be answered)" : "";
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

function short(value: JsonValue | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** `service` or `service/model`. */
export function nameOf({ service, model }: Candidate): string {
  return model === null ? service : `${service}/${model}`;
}

/** Micros as a decimal without trailing zeros. */
export function decimal(micros: number): string {
  return String(micros / 1_000_000);
}

/** Microseconds as milliseconds. */
export function milliseconds(us: number): string {
  return `${String(us / 1000)} ms`;
}

function pico(score: number): string {
  return (score / 1e12).toFixed(6);
}

function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
