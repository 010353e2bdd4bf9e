import { createInterface } from "node:readline";
import process from "node:process";

import { digest, isCaioError } from "@caio/core";
import { TraceabilitySystem, type DecisionKeyStore } from "@caio/traceability";

import { isStoreFault } from "../../../src/index.ts";
import { decision } from "../records.ts";
import { openTarget, type AppendTarget } from "./append-target.ts";

/** What a line on standard input asks for. */
export interface AppendOrder {
  readonly target: AppendTarget;
  /** What makes its decisions different from those of others. */
  readonly name: string;
}

/**
 * Waits for an order, then appends decisions to the log, several at a time, until it is killed. For each it says `ack <log index>
 * <decision id>` when the log has it, and `key <decision id>` when its key is kept; `lost <decision id>` when it is told that it is not.
 */
const lines = createInterface({ input: process.stdin });
process.stdout.write("ready\n");
lines.once("line", (line) => {
  void appendAll(JSON.parse(line) as AppendOrder).catch((error: unknown) => {
    process.stdout.write(`failed ${String(error)}\n`);
    process.exitCode = 1;
  });
});

async function appendAll({ target, name }: AppendOrder): Promise<void> {
  const stores = await openTarget(target);
  const traces = await TraceabilitySystem.open(stores.traces);
  process.stdout.write("open\n");
  for (let round = 0; ; round++) {
    const names = Array.from({ length: 1 + (round % 9) }, (_, at) => `${name}-${String(round)}-${String(at)}`);
    await Promise.all(names.map((each) => append(traces, stores.decisionKeys, each)));
  }
}

async function append(traces: TraceabilitySystem, keys: DecisionKeyStore, name: string): Promise<void> {
  const body = decision(name);
  const { decisionId } = body;
  const opening = { decisionKey: digest(["key", name]), disclosed: JSON.stringify({ name }) };
  const kept = said(`key ${decisionId}`, undefined, keys.put(decisionId, opening.decisionKey).then(() => undefined));
  await said(`ack {} ${decisionId}`, `lost ${decisionId}`, traces.appendDecision("acme", body, undefined, opening));
  await kept;
}

/** Says how it went. A store that is away is no end of the loop; anything else that fails is. */
async function said(well: string, otherwise: string | undefined, done: Promise<{ readonly logIndex: number } | undefined>): Promise<void> {
  try {
    const receipt = await done;
    process.stdout.write(`${receipt === undefined ? well : well.replace("{}", String(receipt.logIndex))}\n`);
  } catch (error) {
    const passes = isStoreFault(error, "unreachable") || (isCaioError(error, "ServiceUnavailable") && error.details["reason"] === "taken_up");
    if (!passes) throw error;
    if (otherwise !== undefined) process.stdout.write(`${otherwise}\n`);
  }
}
