import { digest } from "@caio/core";
import type { ChosenDecision, RoutingDecision } from "@caio/orchestrator";
import type { StoredEntry } from "@caio/traceability";
import { verifyCertificate } from "@caio/verifier";

import { materialOf } from "../../verification/material.ts";
import { judgement } from "../engine/check.ts";
import type { WorldCheck } from "../routing/routed-world.ts";
import { keepsBadly, misstates } from "../routing/system.ts";
import { FaultyStore } from "./faulty-store.ts";

/**
 * INV-CAIO-0003: after a restart from its store alone, the log holds an entry for every decision and every certified refusal,
 * linked, included in the tree that was announced before, and with the certificate whose digest it names; and the independent
 * verifier finds that the decision follows from what the certificate commits to.
 */
export const durableEntry: WorldCheck = {
  name: "durable-entry",
  judge: async ({ world, decision, log }) => {
    const failed = verifyCertificate(materialOf(world, decision)).checks.find(({ verdict }) => verdict === "fail");
    if (failed !== undefined) return { violation: `the certificate fails ${failed.name}` };
    const missing = await (await log()).missingOf({ world, decision });
    return judgement(missing === undefined, () => missing ?? "");
  },
  faults: {
    "confirms-and-forgets": keepsBadly(() => new FaultyStore({ loses: true })),
    "keeps-another-certificate": keepsBadly(() => new FaultyStore({ spoil: (entries) => entries.map(otherCertificate) })),
    "keeps-another-entry": keepsBadly(() => new FaultyStore({ spoil: (entries) => entries.map(otherText) })),
    "certifies-the-runner-up": misstates(certifyingRunnerUp),
    "certifies-fewer-pairs": misstates(certifyingFewer),
  },
};

function otherCertificate(entry: StoredEntry): StoredEntry {
  return { ...entry, certificate: entry.certificate?.replace('"caioCertificate":1', '"caioCertificate":2') ?? null };
}

function otherText(entry: StoredEntry): StoredEntry {
  return { ...entry, text: entry.text.replace('"parent":null', `"parent":"${"0".repeat(64)}"`) };
}

/** The certificate names the runner-up, and everything that names the certificate is made to fit. */
function certifyingRunnerUp(decision: ChosenDecision): RoutingDecision {
  const certified = decision.certificate.outcome;
  if (certified.kind === "refused" || certified.runnerUp === null) return decision;
  const { service, model, score, tie } = certified.runnerUp;
  const outcome = { ...certified, selected: { ...certified.selected, service, model, score, tie } };
  return refit({ ...decision, outcome, certificate: { ...decision.certificate, outcome } });
}

function certifyingFewer(decision: ChosenDecision): RoutingDecision {
  if (decision.certificate.verdicts.length < 2) return decision;
  const { certificate } = decision;
  const kept = { verdicts: certificate.verdicts.slice(1), history: certificate.history.slice(1) };
  return refit({ ...decision, certificate: { ...certificate, ...kept } });
}

function refit(decision: ChosenDecision): ChosenDecision {
  const certificateDigest = digest(decision.certificate);
  return { ...decision, certificateDigest, trace: { ...decision.trace, certificate: certificateDigest } };
}
