import type { PostgresServer } from "@caio/fakes";
import { auditLogSegment, compareInstances, KeyRing, LogAudit, openCheckpoint, parseLogEntry, type LogEntry } from "@caio/traceability";

import type { Asked } from "./load.ts";
import { STALE_AFTER_MS, type ReplicaProcess } from "./replica-process.ts";

/** A contract that was swapped: when whoever asked for it was told so. */
export interface Swap {
  readonly epoch: number;
  /** Milliseconds since 1970-01-01T00:00:00Z, by the one clock of this machine. */
  readonly ackedAt: number;
}

export interface JudgeOptions {
  readonly server: PostgresServer;
  readonly instances: readonly string[];
  readonly asked: readonly Asked[];
  readonly swaps: readonly Swap[];
  readonly budgets: readonly { readonly keyId: string; readonly limitMicros: number }[];
  /** Calls that reached the service, by the mark of their key. */
  readonly calls: ReadonlyMap<string, number>;
  readonly callMicros: number;
  readonly gateways: readonly ReplicaProcess[];
  readonly killedPhase: string;
}

/** What must be 0, and what is told beside it. */
export interface Judgement {
  /** Requests of which nobody was told what became of them. */
  readonly lost: number;
  /** Decisions that a caller was told of and that no log holds; and calls of the service beyond the decisions that were logged. */
  readonly unlogged: number;
  /** Micro-units that keys spent beyond their budgets, and calls that the ledger does not know. */
  readonly overspent: number;
  readonly uncounted: number;
  /** Reservations that nobody has ended. */
  readonly held: number;
  /** Decisions on a registry that was left behind longer than the bound, and that do not say so: by the clock of the swaps, and by the logs alone. */
  readonly undeclared: number;
  readonly undeclaredByLogs: number;
  /** Decisions that say that they stand on a stale snapshot. */
  readonly declared: number;
  /** What an audit of the logs finds, forks included. */
  readonly audit: readonly string[];
  /** Swaps that were acknowledged and that the registry has lost. */
  readonly lostSwaps: number;
  /** Logs of others that witnesses do not vouch for, at the end. */
  readonly findings: number;
  readonly decisions: number;
  /** Checkpoints that are cosigned at the end, of as many pairs of instances as there are. */
  readonly cosigned: string;
}

/** Entries that may lie between a new version and a decision under way when it came. */
const SLACK = 400;
/** A decision that was under way when a swap was acknowledged may be a little younger than it. */
const UNDER_WAY_MS = 250;

/** Reads what the instances left, and holds it against what callers were told. */
export async function judge(options: JudgeOptions): Promise<Judgement> {
  const { server, instances, asked, swaps, gateways } = options;
  const logs = await Promise.all(instances.map(async (instance) => ({ origin: `caio.example/${instance}`, entries: await textsOf(server, instance) })));
  const entries = logs.flatMap(({ entries: texts }) => texts.map(parseLogEntry));
  const decisions = entries.filter((entry): entry is Extract<LogEntry, { kind: "decision" }> => entry.kind === "decision");
  const known = new Set(decisions.map(({ body }) => body.decisionId));
  const stale = decisions.filter(({ body }) => body.inputs.registry.stale !== undefined || body.inputs.policy.stale !== undefined);
  const told = asked.flatMap(({ decisionId }) => decisionId ?? []);
  const calls = [...options.calls.values()].reduce((sum, count) => sum + count, 0);
  const chosen = decisions.filter(({ body }) => body.selected !== null).length;
  const epoch = Number(await server.query("select max(epoch) from caio.registry_epoch"));
  return {
    lost: asked.filter(({ ending, phase }) => ending.startsWith("LOST") || (ending === "cut off" && phase !== options.killedPhase)).length,
    unlogged: told.filter((id) => !known.has(id)).length + Math.max(0, calls - chosen),
    ...(await spending(options)),
    held: Number(await server.query("select count(*) from caio.budget_hold")),
    undeclared: undeclared(decisions, swaps).length,
    undeclaredByLogs: compareInstances(logs, { boundMs: STALE_AFTER_MS, skewMs: UNDER_WAY_MS }).length,
    declared: stale.length,
    audit: await audited(server, instances, logs),
    lostSwaps: swaps.filter((swap) => swap.epoch > epoch).length,
    findings: await findingsOf(gateways),
    decisions: decisions.length,
    cosigned: `${await server.query("select count(*) from caio.cosignature")} of ${String(instances.length * (instances.length - 1))}`,
  };
}

/** By the clock of this machine: whoever decides longer than the bound after a swap was acknowledged knows it, or says that he may not. */
function undeclared(decisions: readonly Extract<LogEntry, { kind: "decision" }>[], swaps: readonly Swap[]): readonly unknown[] {
  const inOrder = [...swaps].sort((a, b) => a.ackedAt - b.ackedAt);
  return decisions.filter(({ body: { now, inputs } }) => {
    if (inputs.registry.stale !== undefined) return false;
    const due = inOrder.filter(({ ackedAt }) => ackedAt + STALE_AFTER_MS + UNDER_WAY_MS < now);
    return due.some(({ epoch }) => epoch > inputs.registry.version);
  });
}

/** What one query may bring is bounded. */
const PAGE = 400;

async function textsOf(server: PostgresServer, instance: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let page = [""]; page.length > 0; texts.push(...page)) {
    const from = String(texts.length);
    page = JSON.parse(await server.query(`select coalesce(json_agg(text order by log_index), '[]') from caio_log_${instance}.log_entry where log_index >= ${from} and log_index < ${from} + ${String(PAGE)}`)) as string[];
  }
  return texts;
}

async function audited(server: PostgresServer, instances: readonly string[], logs: readonly { readonly origin: string; readonly entries: readonly string[] }[]): Promise<readonly string[]> {
  const found = await Promise.all(
    logs.map(async ({ origin, entries }, at) => {
      const instance = instances[at] ?? "";
      const note = await server.query(`select note from caio_log_${instance}.checkpoint`);
      const keys = await server.query(`select log_keys from caio.presence where instance = '${instance}'`);
      const checkpoint = openCheckpoint(`${note.trimEnd()}\n`, KeyRing.parseVerifiers(keys), origin);
      return auditLogSegment({ entries, checkpoints: [checkpoint] }, new LogAudit({ slack: SLACK })).map(({ kind, logIndex, message }) => `${instance} at ${String(logIndex)}: ${kind}: ${message}`);
    }),
  );
  return found.flat();
}

async function spending({ server, budgets, calls, callMicros }: JudgeOptions): Promise<Pick<Judgement, "overspent" | "uncounted">> {
  let [overspent, uncounted] = [0, 0];
  for (const { keyId, limitMicros } of budgets) {
    // Of each day that the campaign lasted: at midnight there are two, and each has the whole budget.
    const days = JSON.parse(await server.query(`select coalesce(json_agg(spent_micros + reserved_micros), '[]') from caio.budget_account where key_id = '${keyId}' and length(window_name) = 10`)) as number[];
    const called = (calls.get(keyId) ?? 0) * callMicros;
    overspent += Math.max(0, ...days.map((counted) => counted - limitMicros), called - limitMicros * Math.max(1, days.length));
    uncounted += Math.max(0, called - days.reduce((sum, counted) => sum + counted, 0));
  }
  return { overspent, uncounted };
}

async function findingsOf(gateways: readonly ReplicaProcess[]): Promise<number> {
  const ready = await Promise.all(gateways.map(async ({ address }) => (await (await fetch(`${address}/health/ready`)).json()) as { readonly findings?: readonly unknown[] }));
  return ready.reduce((sum, { findings = [] }) => sum + findings.length, 0);
}
