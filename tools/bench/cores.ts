/**
 * `npm run bench:cores [-- --services 1000 --rules 1000 --candidates 20 --decisions 4000 --rounds 5 --json FILE]`: certified and logged decisions a second,
 * decided in the thread of the log, and by pools of one and two threads; in memory and durable. With what a second copy of the state and
 * the messages cost. A durable log has a thread of its own, as in `caio serve`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { DecisionPool } from "@caio/orchestrator";
import { InMemoryTraceStore, type TraceStore } from "@caio/traceability";

import { benchHistory, benchRegistry, worldOf } from "./bench-world.ts";
import { PooledLog, type PoolWorld } from "./cores/pooled-log.ts";
import { replicationOf, type ReplicationFigures } from "./cores/replication.ts";
import { overRuns, percentilesOf } from "./percentiles.ts";
import { handOver, inChild, progress } from "./run/child.ts";
import { load, machine } from "./run/machine.ts";
import { startDecisionThread, startStoreThread } from "./threads/start-thread.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "1000" },
    rules: { type: "string", default: "1000" },
    candidates: { type: "string", default: "20" },
    decisions: { type: "string", default: "4000" },
    rounds: { type: "string", default: "5" },
    callers: { type: "string", default: "64" },
    json: { type: "string" },
    child: { type: "string" },
  },
});
const size = { services: Number(values.services), rules: Number(values.rules), candidates: Number(values.candidates), firing: 5 };
const [decisions, rounds, callers] = [Number(values.decisions), Number(values.rounds), Number(values.callers)];

/** One round of one way: how many a second, and what the whole process had of the processors for each. */
interface Round {
  readonly perSecond: number;
  readonly processorUs: number;
  readonly p50: number;
  readonly p99: number;
}

/** Threads that decide; none: the thread of the log does. */
const ways = [0, 1, 2].flatMap((threads) => [false, true].map((durable) => ({ threads, durable })));
type Way = (typeof ways)[number];

if (values.child !== undefined) handOver(values.child === "replication" ? await replication() : await runsOf(JSON.parse(values.child) as Way));
else await show();

async function show(): Promise<void> {
  const [facts, before] = [machine(), load()];
  console.log(`${facts.cpu}, ${String(facts.cores)} cores, Node ${facts.node}, code ${facts.code}; |R| = ${values.services}, |P| = ${values.rules}, 5 can fire, ${values.candidates} candidates; ${values.rounds} rounds of ${values.decisions} decisions, ${values.callers} callers\n`);
  const child = <Result>(what: string): Promise<Result> => inChild<Result>(import.meta.filename, [...process.argv.slice(2), "--child", what], ["--max-old-space-size=8192"]);
  const state = await child<ReplicationFigures>("replication");
  console.log(replicationText(state));
  console.log("\n| deciding threads | log | decisions a second | processor, µs each | so on two cores at most | p50, ms | p99, ms |\n|--:|---|--:|--:|--:|--:|--:|");
  const figures: { readonly way: Way; readonly runs: readonly Round[] }[] = [];
  for (const way of ways) {
    progress(`${JSON.stringify(way)}, load ${String(load())}`);
    const runs = await child<readonly Round[]>(JSON.stringify(way));
    figures.push({ way, runs });
    console.log(row(way, runs));
  }
  const loads = { before, after: load() };
  console.log(`\nLoad ${String(loads.before)} before, ${String(loads.after)} after.`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine: facts, load: loads, size, state, figures })}\n`);
}

function worldHere(): PoolWorld {
  const registry = benchRegistry(size);
  const { request, inputs } = worldOf(size, registry, benchHistory(size));
  return { request, inputs: { registry: { snapshot: registry, logIndex: null }, policy: inputs.policy, history: inputs.history } };
}

async function replication(): Promise<ReplicationFigures> {
  const world = worldHere();
  const pool = new DecisionPool({ threads: 1, start: startDecisionThread });
  const reply = await pool.decide(world.request, world.inputs);
  await pool.close();
  return replicationOf(size, world, reply);
}

async function runsOf({ threads, durable }: Way): Promise<readonly Round[]> {
  const world = worldHere();
  const pool = threads === 0 ? undefined : new DecisionPool({ threads, start: startDecisionThread });
  const folder = mkdtempSync(join(tmpdir(), "caio-cores-"));
  try {
    const runs: Round[] = [];
    // The first one fills caches and compiles, and is not counted.
    for (let round = -1; round < rounds; round++) {
      const run = await (durable ? inFile(world, pool, join(folder, `${String(round)}.db`)) : oneRound(world, pool, new InMemoryTraceStore()));
      if (round >= 0) runs.push(run);
    }
    return runs;
  } finally {
    await pool?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inFile(world: PoolWorld, pool: DecisionPool | undefined, file: string): Promise<Round> {
  const { storesOfThread } = await import("@caio/store-sql/thread");
  const stores = await storesOfThread(startStoreThread(file), file);
  try {
    return await oneRound(world, pool, stores.traces);
  } finally {
    await stores.close();
  }
}

async function oneRound(world: PoolWorld, pool: DecisionPool | undefined, store: TraceStore): Promise<Round> {
  const log = await PooledLog.open(world, pool, store);
  for (let warmup = 0; warmup < callers; warmup++) await log.decide();
  const samples: number[] = [];
  let left = decisions;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const before = performance.now();
      await log.decide();
      samples.push(performance.now() - before);
    }
  };
  const [before, busy] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - before) / 1000;
  const { user, system } = process.cpuUsage(busy);
  return { perSecond: decisions / seconds, processorUs: (user + system) / decisions, ...percentilesOf(samples) };
}

function row({ threads, durable }: Way, runs: readonly Round[]): string {
  const over = (key: keyof Round, digits: number): string => overRuns(runs.map((run) => run[key]), digits);
  const onTwo = overRuns(runs.map(({ processorUs }) => 2e6 / processorUs), 0);
  return `| ${[threads === 0 ? "none" : String(threads), durable ? "durable" : "in memory", over("perSecond", 0), over("processorUs", 0), onTwo, over("p50", 2), over("p99", 2)].join(" | ")} |`;
}

function replicationText({ registryBytes, registryMs, historyBytes, historyMs, requestBytes, request, decisionBytes, decision }: ReplicationFigures): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const us = (ms: number): string => (1000 * ms).toFixed(0);
  return [
    `Another thread's copy: R ${megabytes(registryBytes)} MB, written and read in ${registryMs.toFixed(0)} ms, then registered; H ${megabytes(historyBytes)} MB, ${historyMs.toFixed(0)} ms, then hashed.`,
    `A request: ${String(requestBytes)} bytes, both ends of a message ${us(request.p50)} µs (p99 ${us(request.p99)}). A decision with its certificate: ${String(decisionBytes)} bytes, ${us(decision.p50)} µs (p99 ${us(decision.p99)}).`,
  ].join("\n");
}
