import { digest, leafHash, sha256Hex, verifyInclusionPath } from "@caio/core";
import { caioRoute, type ChosenDecision, type RoutingDecision } from "@caio/orchestrator";
import { InMemoryTraceStore, TraceabilitySystem, verifyChain, type StoredEntry, type TraceStore } from "@caio/traceability";
import { verifyCertificate } from "@caio/verifier";

import type { World } from "../../reference/world.ts";
import { loggedInputs, materialOf } from "../../verification/material.ts";
import { randomWorld } from "../../worlds/random-world.ts";
import type { Finding, Property, RunTerms } from "../property.ts";
import { FaultyStore } from "./faulty-store.ts";

/** Worlds whose decisions go into one log. */
const PER_LOG = 25;

/** A log, and a router whose decisions go into it. */
interface Keeping {
  readonly store: () => TraceStore;
  readonly route: (world: World) => RoutingDecision;
}

const sound: Keeping = { store: () => new InMemoryTraceStore(), route: (world) => caioRoute(world.request, loggedInputs(world)) };

const faults: Readonly<Record<string, Keeping>> = {
  "confirms-and-forgets": { ...sound, store: () => new FaultyStore({ loses: true }) },
  "keeps-another-certificate": { ...sound, store: () => new FaultyStore({ spoil: (entries) => entries.map(otherCertificate) }) },
  "keeps-another-entry": { ...sound, store: () => new FaultyStore({ spoil: (entries) => entries.map(otherText) }) },
  "certifies-the-runner-up": { ...sound, route: (world) => certifyingRunnerUp(sound.route(world)) },
  "certifies-fewer-pairs": { ...sound, route: (world) => certifyingFewer(sound.route(world)) },
};

/**
 * INV-CAIO-0003: after a restart from its store alone, the log holds an entry for every decision and every certified refusal,
 * linked, included in the tree that was announced before, and with the certificate whose digest it names; and the independent
 * verifier finds that the decision follows from what the certificate commits to.
 */
export const durableEntry: Property = {
  name: "durable-entry",
  faults: Object.keys(faults),
  run: async ({ seed, cases, fault }: RunTerms): Promise<Finding> => {
    const keeping = (fault === undefined ? undefined : faults[fault]) ?? sound;
    let held = 0;
    for (let from = seed; held < Math.min(cases, 150); from += PER_LOG) {
      const violation = await violationOf(from, keeping);
      if (violation !== undefined) return { cases: held, violation: `worlds from ${String(from)}: ${violation}` };
      held += PER_LOG;
    }
    return { cases: held };
  },
};

async function violationOf(from: number, keeping: Keeping): Promise<string | undefined> {
  const store = keeping.store();
  const writer = await TraceabilitySystem.open(store);
  const logged: { readonly tenant: string; readonly decision: RoutingDecision; readonly logIndex: number }[] = [];
  for (let seed = from; seed < from + PER_LOG; seed++) {
    const world = randomWorld(seed);
    const decision = keeping.route(world);
    const failed = verifyCertificate(materialOf(world, decision)).checks.find(({ verdict }) => verdict === "fail");
    if (failed !== undefined) return `the certificate of world ${String(seed)} fails ${failed.name}`;
    const { tenant } = world.request.principal;
    const { logIndex } = await writer.appendDecision(tenant, decision.trace, decision.certificate);
    logged.push({ tenant, decision, logIndex });
  }
  const announced = writer.head;
  const texts = await writer.entryTexts(0, announced.size);
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
    if (trace?.certificate !== decision.certificateDigest) return `no trace of ${decision.decisionId}`;
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

/** The certificate names the runner-up, and everything that names the certificate is made to fit. */
function certifyingRunnerUp(decision: RoutingDecision): RoutingDecision {
  const certified = decision.certificate.outcome;
  if (decision.kind === "refused" || certified.kind === "refused" || certified.runnerUp === null) return decision;
  const { service, model, score, tie } = certified.runnerUp;
  const outcome = { ...certified, selected: { ...certified.selected, service, model, score, tie } };
  return refit({ ...decision, outcome, certificate: { ...decision.certificate, outcome } });
}

function certifyingFewer(decision: RoutingDecision): RoutingDecision {
  if (decision.kind === "refused" || decision.certificate.verdicts.length < 2) return decision;
  const { certificate } = decision;
  const kept = { verdicts: certificate.verdicts.slice(1), history: certificate.history.slice(1) };
  return refit({ ...decision, certificate: { ...certificate, ...kept } });
}

function refit(decision: ChosenDecision): ChosenDecision {
  const certificateDigest = digest(decision.certificate);
  return { ...decision, certificateDigest, trace: { ...decision.trace, certificate: certificateDigest } };
}
