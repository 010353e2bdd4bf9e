/** Calculus §0: numbers, canonical JSON, the wire form, what the decision key gives, effective policy and limits. */
import { createHash, createHmac } from "node:crypto";

import type { Request } from "@caio/contracts";
import type { JsonValue } from "@caio/core";
import type { PolicySet, Rule } from "@caio/rules";

import type { WorldPolicy } from "./world.ts";

export const MILLION = 1_000_000n;

/** n/d toward −∞; d > 0. */
export function floorDivide(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  return quotient * d > n ? quotient - 1n : quotient;
}

/** n/d toward +∞; d > 0. */
export function ceilDivide(n: bigint, d: bigint): bigint {
  return -floorDivide(-n, d);
}

/** n/d to the nearest integer, a tie to the even one; d > 0. */
export function halfEvenDivide(n: bigint, d: bigint): bigint {
  const below = floorDivide(n, d);
  const twice = 2n * (n - below * d);
  if (twice < d) return below;
  if (twice > d) return below + 1n;
  return below % 2n === 0n ? below : below + 1n;
}

/** RFC 8785 for the values that occur here. */
export function canonical(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** Keys under which the author's own names stand. */
const AUTHORS_OWN = ["rates", "allowedLabels", "inputSchema", "outputSchema", "payload"];

/** The wire form: `maxUs` becomes `max_us`; names of capability parameters stay. */
export function wire(value: unknown): JsonValue {
  if (isArray(value)) return value.map(wire);
  if (typeof value !== "object" || value === null) return scalar(value);
  const result: Record<string, JsonValue> = {};
  for (const [key, member] of membersOf(value)) {
    if (member === undefined) continue;
    const name = key.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
    if (AUTHORS_OWN.includes(key)) result[name] = asJson(member);
    else if (key === "parameters" && typeof member === "object") {
      result[name] = Object.fromEntries(membersOf(member).map(([own, inner]) => [own, wire(inner)]));
    } else result[name] = wire(member);
  }
  return result;
}

/** d(label, x), 32 bytes. */
export function derive(decisionKey: string, label: string, x: string): Buffer {
  return createHmac("sha256", Buffer.from(decisionKey, "hex")).update(`caio/v1/${label}\0${x}`).digest();
}

/** Declared ∪ detected labels, sorted. */
export function allLabels(request: Request): string[] {
  return [...new Set([...request.document.data.labels, ...request.detected.map((found) => found.label)])].sort();
}

/** Calculus §6: the digest of {path: commitment}. */
export function requestDigest(request: Request): string {
  const { document, principal, size } = request;
  const { requirements, limits } = document;
  const values: Record<string, unknown> = {
    name: document.name,
    "intent.text": document.intent.text,
    "intent.categories": document.intent.categories,
    "action.kind": document.action.kind,
    "data.labels": document.data.labels,
    "data.media_type": document.data.mediaType,
    "size.input_tokens": size.inputTokens,
    "size.max_output_tokens": size.maxOutputTokens,
    "size.bytes": size.bytes,
    "requirements.capabilities": requirements.capabilities,
    "requirements.guarantees": requirements.guarantees,
    "requirements.constraints": requirements.constraints,
    "requirements.privacy": requirements.privacy,
    "limits.budget_micros": limits.budgetMicros,
    "limits.currency": limits.currency,
    "limits.latency_us": limits.latencyUs,
    "limits.latency_coverage_ppm": limits.latencyCoveragePpm,
    "limits.deadline_us": limits.deadlineUs,
    context: document.context,
    policies: document.policies,
    fallback: document.fallback,
    plan: document.plan,
    "principal.subject": principal.subject,
    "principal.issuer": principal.issuer,
    "principal.tenant": principal.tenant,
    "principal.permissions": principal.permissions,
    "principal.trust": principal.trust,
    "principal.region": principal.region,
    traits: request.traits,
    labels: allLabels(request),
  };
  const commitments: Record<string, JsonValue> = {};
  for (const [path, value] of Object.entries(values)) {
    commitments[path] = value === undefined || value === null ? null : commit(request.decisionKey, path, wire(value));
  }
  // The payload is the caller's own: none of its names change.
  const payload = document.data.payload;
  commitments["data.payload"] = payload === undefined || payload === null ? null : commit(request.decisionKey, "data.payload", payload);
  return sha256(canonical(commitments));
}

function commit(decisionKey: string, path: string, value: JsonValue): string {
  return sha256(Uint8Array.of(4), derive(decisionKey, "salt", path), canonical(value));
}

/** Effective limits. Absent: no limit. Money is in micros of the policy's currency. */
export interface Limits {
  readonly budget?: number;
  /** The budget of the request (or of a named policy) is in a currency without a rate. */
  readonly withoutRate: boolean;
  readonly latencyUs?: number;
  readonly coveragePpm: number;
  readonly deadlineUs?: number;
}

/** P for this request: the base with the rules and limits that the named policies add. */
export interface EffectivePolicy {
  readonly base: PolicySet;
  readonly limits: Limits;
  /** By priority descending, then id. */
  readonly rules: readonly Rule[];
}

export function effectivePolicy(policy: WorldPolicy, request: Request): EffectivePolicy {
  const { base } = policy;
  const named: PolicySet[] = [];
  for (const name of request.document.policies) {
    const found = policy.named[name];
    if (found === undefined) throw new Error(`UnknownPolicy: ${name}`);
    named.push(found);
  }
  const rules = [...base.rules];
  for (const other of named) {
    for (const rule of other.rules) {
      if (rule.effect.kind !== "prefer") rules.push({ ...rule, id: `${other.id}/${rule.id}` });
    }
  }
  rules.sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  return { base, rules, limits: effectiveLimits(base, named, request) };
}

function effectiveLimits(base: PolicySet, named: readonly PolicySet[], request: Request): Limits {
  const asked = request.document.limits;
  const sources = [base.limits, ...named.map((other) => other.limits), asked];
  const coverages = sources.flatMap((source) => source.latencyCoveragePpm ?? []);
  const budgets: number[] = [];
  let withoutRate = false;
  const offer = (amount: number | undefined, currency: string): void => {
    if (amount === undefined) return;
    const converted = convert(base, BigInt(amount), currency, floorDivide);
    if (converted === undefined) withoutRate = true;
    else budgets.push(Math.min(Number(converted), Number.MAX_SAFE_INTEGER));
  };
  for (const other of [base, ...named]) offer(other.limits.budgetMicros, other.currency);
  offer(asked.budgetMicros, asked.currency ?? base.currency);
  return {
    ...smallest("budget", budgets),
    withoutRate,
    ...smallest("latencyUs", sources.flatMap((source) => source.latencyUs ?? [])),
    coveragePpm: coverages.length === 0 ? 950_000 : Math.max(...coverages),
    ...smallest("deadlineUs", sources.flatMap((source) => source.deadlineUs ?? [])),
  };
}

/** An amount in the policy's currency; undefined without a rate. */
export function convert(
  base: PolicySet,
  amount: bigint,
  currency: string,
  divide: (n: bigint, d: bigint) => bigint,
): bigint | undefined {
  if (currency === base.currency) return amount;
  const rate = base.rates[currency];
  return rate === undefined ? undefined : divide(amount * BigInt(rate), 1_000_000_000_000n);
}

function smallest<Key extends string>(key: Key, values: readonly number[]): Partial<Record<Key, number>> {
  const result: Partial<Record<Key, number>> = {};
  if (values.length > 0) result[key] = Math.min(...values);
  return result;
}

function isArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function membersOf(value: object | null): [string, unknown][] {
  return Object.entries(value ?? {});
}

function scalar(value: unknown): JsonValue {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
  throw new Error(`No JSON for a ${typeof value}.`);
}

/** What is JSON already. */
function asJson(value: unknown): JsonValue {
  if (isArray(value)) return value.map(asJson);
  if (typeof value !== "object" || value === null) return scalar(value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asJson(member)]));
}
