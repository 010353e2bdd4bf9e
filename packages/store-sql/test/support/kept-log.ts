import { canonicalJson, digest, sha256Hex } from "@caio/core";
import { TraceabilitySystem, type Certificate, type TraceBody } from "@caio/traceability";

import type { SqlStores } from "../../src/index.ts";
import { decision, outcome, some } from "./records.ts";

/** What a test logs: a decision, or an outcome of one. */
export interface Logged {
  readonly kind: "decision" | "outcome";
  /** Of the decision. */
  readonly name: string;
  readonly time: number;
  /** The version of H that a decision stands on. */
  readonly history?: number;
  readonly tenant?: string;
}

/** A text that only this decision has, in each place where something of a request may stand. */
export function secretOf(name: string, where: "key" | "disclosed" | "learning" | "certificate" | "entry"): string {
  return some(["secret", where, name]);
}

/** Logs all of it with certificates and openings, one after another or many in a commit. */
export async function logAll(stores: SqlStores, traces: TraceabilitySystem, all: readonly Logged[]): Promise<void> {
  const done = all.map(async ({ kind, name, time, history = 1, tenant = "acme" }) => {
    if (kind === "outcome") return await traces.appendOutcome(tenant, outcome(name, { endedAt: time, resultDigest: secretOf(name, "entry") }));
    const { certificate, body } = certified(name, time, history);
    return await traces.appendDecision(tenant, body, certificate, { decisionKey: secretOf(name, "key"), disclosed: canonicalJson({ text: secretOf(name, "disclosed") }), learning: canonicalJson({ text: secretOf(name, "learning") }) });
  });
  await Promise.all(done);
}

/** A decision of this name with a certificate of no candidate. The store looks at neither but by their digests. */
function certified(name: string, now: number, history: number): { readonly body: TraceBody; readonly certificate: Certificate } {
  const certificate = { decisionId: some(name), secret: secretOf(name, "certificate"), verdicts: [], outcome: { kind: "refused" } } as unknown as Certificate;
  const version = { version: 1, digest: digest("version") };
  const inputs = { registry: version, policy: version, history: { version: history, digest: some(["history", history]) } };
  const body = decision(name, { now, certificate: sha256Hex(canonicalJson(certificate)), inputs, requestDigest: secretOf(name, "entry") });
  return { body, certificate };
}

/** The log of a store, opened and checked whole. */
export async function checkedLog(stores: SqlStores): Promise<TraceabilitySystem> {
  const traces = await TraceabilitySystem.open(stores.traces);
  const verdict = await traces.verify();
  if (!verdict.holds) throw new Error(`The log does not hold at ${String(verdict.logIndex)}: ${verdict.reason}`);
  return traces;
}
