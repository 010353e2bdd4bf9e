import type { LogEntry, StoredEntry } from "@caio/traceability";

import { FaultyStore } from "../logging/faulty-store.ts";
import { judgement } from "../engine/check.ts";
import type { TrialCheck } from "./trial.ts";

/**
 * INV-CAIO-SEC-0005: every decision, attempt and version is in the log, the decision before its outcome and after the versions
 * that it names, linked so that a change is found; and the log holds nothing of the caller's text, result or name.
 */
export const auditTrail: TrialCheck = {
  name: "audit-trail",
  judge: async ({ orchestration, log, document, world }) => {
    const { texts, entries, broken } = await log();
    if (broken !== undefined) return { violation: broken };
    const carriedOut = new Set(orchestration.attempts.map(({ decision }) => decision.decisionId));
    for (const decisionId of new Set([...carriedOut, orchestration.decision.decisionId])) {
      const wrong = wrongPlace(entries, decisionId, carriedOut.has(decisionId));
      if (wrong !== undefined) return { violation: wrong };
    }
    const secrets = [`"${world.request.principal.subject}"`, "Seven gulls", '"answer"', ...(document.intent.text ? [document.intent.text] : [])];
    const leaked = secrets.find((secret) => texts.some((text) => text.includes(secret)));
    return judgement(leaked === undefined, () => "the log holds personal data");
  },
  faults: {
    "loses-outcomes": { store: () => new FaultyStore({ spoil: (entries) => entries.map(outcomeAsVersion) }) },
    "changes-an-entry": { store: () => new FaultyStore({ spoil: (entries) => entries.map(changedInput) }) },
    "writes-the-subject": { store: () => new FaultyStore({ spoil: (entries) => entries.map(withSubject) }) },
  },
};

function wrongPlace(entries: readonly LogEntry[], decisionId: string, executed: boolean): string | undefined {
  const at = entries.findIndex((entry) => entry.kind === "decision" && entry.body.decisionId === decisionId);
  const entry = entries[at];
  if (entry?.kind !== "decision") return `decision ${decisionId} is not in the log`;
  for (const kind of ["registry", "policy", "history"] as const) {
    const { digest } = entry.body.inputs[kind];
    const before = entries.slice(0, at).some((other) => other.kind === kind && other.body.digest === digest);
    if (!before) return `the ${kind} that decision ${decisionId} names is not in the log before it`;
  }
  const outcome = entries.findIndex((other) => other.kind === "outcome" && other.body.decisionId === decisionId);
  return executed && outcome < at ? `decision ${decisionId} was carried out and has no outcome after it` : undefined;
}

function change(entry: StoredEntry, from: string | RegExp, to: string): StoredEntry {
  return { ...entry, text: entry.text.replace(from, to) };
}

function outcomeAsVersion(entry: StoredEntry): StoredEntry {
  if (entry.keys.kind !== "outcome") return entry;
  const version = `{"body":{"digest":"${"0".repeat(64)}","parent":null,"version":0},"kind":"history",`;
  return change(entry, /^\{"body":\{.*?\},"kind":"outcome",/, version);
}

function changedInput(entry: StoredEntry): StoredEntry {
  return change(entry, '"version":1', '"version":2');
}

function withSubject(entry: StoredEntry): StoredEntry {
  return change(entry, '"outcome":"chosen"', '"outcome":"alice"');
}
