import { createInterface } from "node:readline";
import process from "node:process";

import { digest } from "@caio/core";
import { TraceabilitySystem } from "@caio/traceability";

import { sqliteEngine } from "../../src/engine/sqlite-engine.ts";
import { checkLog } from "../../src/log/check-log.ts";
import { migrate } from "../../src/schema/migrate.ts";
import { SqlDecisionKeyStore } from "../../src/stores/sql-decision-key-store.ts";
import { SqlTraceStore } from "../../src/stores/sql-trace-store.ts";

/**
 * Waits for a line with a file and a name, then appends decisions to its log, several at a time, until it is killed. For each it
 * says `ack <log index> <decision id>` when the log has it, and `key <decision id>` when its key is kept.
 */
const lines = createInterface({ input: process.stdin });
process.stdout.write("ready\n");
lines.once("line", (line) => {
  const [file = "", name = ""] = line.split(" ");
  void appendTo(file, name).catch((error: unknown) => {
    process.stdout.write(`failed ${String(error)}\n`);
    process.exitCode = 1;
  });
});

async function appendTo(file: string, name: string): Promise<void> {
  const engine = sqliteEngine(file, 1000);
  await migrate(engine);
  await checkLog(engine.db);
  const traces = await TraceabilitySystem.open(new SqlTraceStore(engine));
  const keys = new SqlDecisionKeyStore(engine);
  process.stdout.write("open\n");
  for (let round = 0; ; round++) {
    const names = Array.from({ length: 1 + (round % 9) }, (_, at) => `${name}-${String(round)}-${String(at)}`);
    await Promise.all(names.map((each) => append(traces, keys, each)));
  }
}

async function append(traces: TraceabilitySystem, keys: SqlDecisionKeyStore, name: string): Promise<void> {
  const decisionId = digest(name);
  const version = { version: 1, digest: digest("version") };
  const body = {
    decisionId,
    now: 1_764_000_000_000,
    certificate: digest(["certificate", name]),
    inputs: { registry: version, policy: version, history: version },
    requestDigest: digest(["request", name]),
    outcome: "chosen" as const,
    selected: { service: "ident", model: null },
    parent: null,
  };
  const kept = keys.put(decisionId, digest(["key", name])).then(() => {
    process.stdout.write(`key ${decisionId}\n`);
  });
  const opening = { decisionKey: digest(["key", name]), disclosed: JSON.stringify({ name }) };
  const { logIndex } = await traces.appendDecision("acme", body, undefined, opening);
  process.stdout.write(`ack ${String(logIndex)} ${decisionId}\n`);
  await kept;
}
