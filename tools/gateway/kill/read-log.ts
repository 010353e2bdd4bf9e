import { openSqlStores } from "@caio/store-sql";
import { parseLogEntry, TraceabilitySystem } from "@caio/traceability";

/** What the log says after everything. */
export interface LogFindings {
  readonly decisions: number;
  readonly outcomes: number;
  /** Whether chain and tree hold over all entries. */
  readonly verifies: boolean;
  /** Decisions that a caller was told of and the log does not have. */
  readonly missing: readonly string[];
  /** Decisions that followed another one that failed. */
  readonly fallbacks: ReadonlySet<string>;
}

/** Reads the log of a gateway that has ended. @param handedOut - ids that callers were given */
export async function readLog(file: string, handedOut: ReadonlySet<string>): Promise<LogFindings> {
  const stores = await openSqlStores({ file });
  try {
    const traces = await TraceabilitySystem.open(stores.traces);
    const { holds } = await traces.verify();
    const decisions = new Set<string>();
    const fallbacks = new Set<string>();
    let outcomes = 0;
    for (const text of await traces.entryTexts(0, traces.head.size)) {
      const entry = parseLogEntry(text);
      if (entry.kind === "outcome") outcomes += 1;
      if (entry.kind !== "decision") continue;
      decisions.add(entry.body.decisionId);
      if (entry.body.parent !== null) fallbacks.add(entry.body.decisionId);
    }
    return { decisions: decisions.size, outcomes, verifies: holds, missing: [...handedOut].filter((id) => !decisions.has(id)), fallbacks };
  } finally {
    await stores.close();
  }
}
