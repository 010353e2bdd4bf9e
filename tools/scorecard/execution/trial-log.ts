import { parseLogEntry, verifyChain, type LogEntry, type TraceabilitySystem, type TraceStore } from "@caio/traceability";

/** What was found in the log of an orchestrator when all its requests had ended. */
export interface TrialLog {
  readonly texts: readonly string[];
  readonly entries: readonly LogEntry[];
  /** Why it does not hold together. */
  readonly broken: string | undefined;
}

/** Reads a log from its first entry to its last. */
export async function readTrialLog(traces: TraceabilitySystem, store: TraceStore): Promise<TrialLog> {
  const verdict = await traces.verify();
  if (!verdict.holds) return { texts: [], entries: [], broken: `at ${String(verdict.logIndex)}: ${verdict.reason}` };
  const texts = await traces.entryTexts(0, await store.size());
  const chain = verifyChain(texts);
  return { texts, entries: texts.map((text) => parseLogEntry(text)), broken: chain.holds ? undefined : chain.reason };
}
