import { parseLogEntry, verifyChain, type LogEntry, type StoredEntry } from "@caio/traceability";

import { FaultyStore } from "../logging/faulty-store.ts";
import { judgement, type Judgement } from "../property.ts";
import type { Trial } from "./trial.ts";
import { trialProperty } from "./trial-property.ts";

/**
 * INV-CAIO-SEC-0005: every decision, attempt and version is in the log, the decision before its outcome and after the versions
 * that it names, linked so that a change is found; and the log holds nothing of the caller's text, result or name.
 */
export const auditTrail = trialProperty("audit-trail", judge, {
  "loses-outcomes": { store: () => new FaultyStore({ spoil: (entries) => entries.map(outcomeAsVersion) }) },
  "changes-an-entry": { store: () => new FaultyStore({ spoil: (entries) => entries.map(changedInput) }) },
  "writes-the-subject": { store: () => new FaultyStore({ spoil: (entries) => entries.map(withSubject) }) },
});

async function judge({ orchestration, traces, store, document, world }: Trial): Promise<Judgement> {
  const verdict = await traces.verify();
  if (!verdict.holds) return { violation: `at ${String(verdict.logIndex)}: ${verdict.reason}` };
  const texts = await traces.entryTexts(0, await store.size());
  const chain = verifyChain(texts);
  if (!chain.holds) return { violation: chain.reason };
  const entries = texts.map((text) => parseLogEntry(text));
  const decisions = [...orchestration.attempts.map(({ decision }) => decision.decisionId), orchestration.decision.decisionId];
  for (const decisionId of new Set(decisions)) {
    const wrong = wrongPlace(entries, decisionId, orchestration.attempts.some(({ decision }) => decision.decisionId === decisionId));
    if (wrong !== undefined) return { violation: wrong };
  }
  const secrets = [`"${world.request.principal.subject}"`, "Seven gulls", '"answer"', ...(document.intent.text ? [document.intent.text] : [])];
  const leaked = secrets.find((secret) => texts.some((text) => text.includes(secret)));
  return judgement(leaked === undefined, () => "the log holds personal data");
}

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
