import { leafHash, sha256Hex, verifyInclusionPath } from "@caio/core";
import type { RoutingDecision } from "@caio/orchestrator";
import { InMemoryTraceStore, TraceabilitySystem, verifyChain, type StoredEntry, type TraceStore } from "@caio/traceability";

import { randomWorld } from "../../worlds/random-world.ts";
import type { Finding, Property, RunTerms } from "../property.ts";
import { soundSystem } from "../routing/system.ts";
import { FaultyStore } from "./faulty-store.ts";

/** Worlds whose decisions go into one log. */
const PER_LOG = 25;

const faults: Readonly<Record<string, () => TraceStore>> = {
  "confirms-and-forgets": () => new FaultyStore({ loses: true }),
  "keeps-another-certificate": () => new FaultyStore({ spoil: (entries) => entries.map(otherCertificate) }),
  "keeps-another-entry": () => new FaultyStore({ spoil: (entries) => entries.map(otherText) }),
};

/**
 * INV-CAIO-0003: after a restart from its store alone, the log holds an entry for every decision and every certified refusal,
 * linked, included in the tree that was announced before, and with the certificate whose digest it names.
 */
export const durableEntry: Property = {
  name: "durable-entry",
  faults: Object.keys(faults),
  run: async ({ seed, cases, fault }: RunTerms): Promise<Finding> => {
    const makeStore = (fault === undefined ? undefined : faults[fault]) ?? (() => new InMemoryTraceStore());
    let held = 0;
    for (let from = seed; held < Math.min(cases, 300); from += PER_LOG) {
      const violation = await violationOf(from, makeStore());
      if (violation !== undefined) return { cases: held, violation: `worlds from ${String(from)}: ${violation}` };
      held += PER_LOG;
    }
    return { cases: held };
  },
};

async function violationOf(from: number, store: TraceStore): Promise<string | undefined> {
  const writer = await TraceabilitySystem.open(store);
  const logged: { readonly tenant: string; readonly decision: RoutingDecision; readonly logIndex: number }[] = [];
  for (let seed = from; seed < from + PER_LOG; seed++) {
    const world = randomWorld(seed);
    const decision = soundSystem.route(world);
    const { tenant } = world.request.principal;
    const { logIndex } = await writer.appendDecision(tenant, decision.trace, decision.certificate);
    logged.push({ tenant, decision, logIndex });
  }
  const announced = writer.head;
  const texts = (await store.read(0, announced.size)).map(({ text }) => text);
  const chain = verifyChain(texts);
  if (!chain.holds) return chain.reason;
  const reader = await TraceabilitySystem.open(store);
  for (const { tenant, decision, logIndex } of logged) {
    const text = texts[logIndex];
    if (text === undefined) return `decision ${decision.decisionId} has no entry`;
    const proof = writer.inclusionProof(logIndex);
    const included = verifyInclusionPath(leafHash(text), logIndex, announced.size, proof, announced.root);
    if (!included) return `the entry of ${decision.decisionId} is not in the tree`;
    const trace = await reader.trace(decision.decisionId, tenant);
    if (trace === undefined || trace.certificate !== decision.certificateDigest) return `no trace of ${decision.decisionId}`;
    const certificate = await reader.certificate(decision.decisionId);
    if (certificate === undefined || sha256Hex(certificate) !== trace.certificate) return `the certificate of ${decision.decisionId} is another`;
  }
  return undefined;
}

function otherCertificate(entry: StoredEntry): StoredEntry {
  return { ...entry, certificate: entry.certificate?.replace('"caioCertificate":1', '"caioCertificate":2') ?? null };
}

function otherText(entry: StoredEntry): StoredEntry {
  return { ...entry, text: entry.text.replace('"parent":null', `"parent":"${"0".repeat(64)}"`) };
}
