import { caioRoute, createStatement } from "@caio/orchestrator";
import type { BundleLog } from "@caio/traceability";
import type { CertificateMaterial } from "@caio/verifier";

import { bundleOf, operatorKey, predicateOf, statementOf } from "../verification/bundle-writer.ts";
import { INDICES } from "../verification/material.ts";
import { benchWorld, type BenchSize } from "./bench-world.ts";

/** A bundle as a router writes it, every field opened, in a log of a few entries. */
export function benchBundle(size: BenchSize): { readonly text: string; readonly publicKey: Uint8Array } {
  const { request, inputs } = benchWorld(size);
  const unlogged = {
    registry: { ...inputs.registry, logIndex: null },
    policy: { ...inputs.policy, logIndex: null },
    history: { ...inputs.history, logIndex: null },
  };
  const decision = caioRoute(request, unlogged);
  if (decision.verdicts.length !== size.candidates) throw new Error(`${String(decision.verdicts.length)} pairs were judged; take at least as many services as candidates.`);
  const entry = { kind: "decision" as const, tenant: decision.certificate.tenant, body: decision.trace, prev: null };
  const log: BundleLog = { checkpoint: "", entries: { decision: { index: 0, entry, proof: [] }, registry: null, policy: null, history: null } };
  const { certificate, contracts, encodings, policies, disclosed } = createStatement({ request, inputs: unlogged, decision, log }).predicate;
  const { registry, policy, history } = certificate.inputs;
  const named = {
    registry: { ...registry, logIndex: INDICES.registry },
    policy: { ...policy, logIndex: INDICES.policy },
    history: { ...history, logIndex: INDICES.history },
  };
  const parts = { certificate: { ...certificate, inputs: named }, contracts, encodings, policies, disclosed };
  const key = operatorKey();
  const statement = statementOf(JSON.parse(JSON.stringify(parts)) as CertificateMaterial);
  return { text: bundleOf(predicateOf(statement, key), key), publicKey: key.publicKey };
}
