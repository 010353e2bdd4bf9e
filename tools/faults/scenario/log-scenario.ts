import { createBundle, type DecidedRequest, type Freshness } from "@caio/orchestrator";
import { MemoryRegistryStore, ServiceRegistry } from "@caio/registry";
import { InMemoryCheckpointStore, InMemoryTraceStore, readBundleLog, type KeyRing, type StoredEntry, type TraceStore } from "@caio/traceability";
import { isCaioError, toHex } from "@caio/core";

import type { LogScenario } from "../fault.ts";
import { caller, diskFull, document, operator, policies, register, type Operator } from "./operator.ts";

/** How old a snapshot may be before its decision says so, milliseconds. */
export const STALE_AFTER_MS = 5000;

/** What an operator gives to an auditor. */
export interface LogEvidence {
  /** The whole log. */
  readonly entries: readonly string[];
  /** Signed notes, the older first. */
  readonly checkpoints: readonly string[];
  /** From the first checkpoint to the last, in hex. */
  readonly consistency: readonly string[];
  /** The whole log of another instance that shares registry and policies. */
  readonly other?: readonly string[];
  /** Of single decisions on the way. */
  readonly bundles: readonly string[];
}

/** Takes an orchestrator through a scenario. */
export function playScenario(scenario: LogScenario, keys: KeyRing): Promise<LogEvidence> {
  switch (scenario) {
    case "running":
      return running(keys);
    case "restored":
      return restored(keys);
    case "full disk":
      return fullDisk(keys);
    case "lost append":
      return lostAppend(keys);
    case "two instances":
      return twoInstances(keys);
  }
}

/** Services come, policies change, one service is broken, and many requests come at once. */
async function running(keys: KeyRing): Promise<LogEvidence> {
  const made = await operator(keys, new Disk(), "running");
  const { orchestrator, registry, signer } = made;
  const decided = [await orchestrator.decide(document, caller)];
  await orchestrator.orchestrate(document, caller);
  await settled();
  const first = await signer.sign(0);
  await register(registry, "charlie");
  orchestrator.usePolicies(policies(2));
  decided.push(await orchestrator.decide(document, caller));
  const many: Promise<DecidedRequest>[] = [];
  for (const version of [3, 4, 5, 6]) {
    many.push(orchestrator.decide(document, caller), orchestrator.decide(document, caller));
    // Both have begun, and wait for the disk, when the next change comes.
    await ticks();
    await register(registry, `delta-${String(version)}`);
    orchestrator.usePolicies(policies(version));
  }
  decided.push(...(await Promise.all(many)));
  await settled();
  const last = await signer.sign(0);
  return evidence(made, keys, [first.note, last.note], decided);
}

/** The log is put back to an older copy after more of it was signed. */
async function restored(keys: KeyRing): Promise<LogEvidence> {
  const store = new InMemoryTraceStore();
  const heads = new InMemoryCheckpointStore();
  const before = await operator(keys, store, "before", heads);
  await before.orchestrator.decide(document, caller);
  const copy = await store.read(0, await store.size());
  await before.orchestrator.decide(document, caller);
  const { note } = await before.signer.sign(0);
  const older = new InMemoryTraceStore();
  await older.append(0, copy);
  try {
    const after = await operator(keys, older, "after", heads);
    for (let times = 0; times < 3; times++) await after.orchestrator.decide(document, caller);
    return await evidence(after, keys, [note, (await after.signer.sign(0)).note]);
  } catch (error) {
    // An unbroken signer refuses to go on.
    if (!isCaioError(error, "IntegrityViolation")) throw error;
    return evidence(before, keys, [note]);
  }
}

/** The store refuses an append, a head is signed, and the router is started again. */
async function fullDisk(keys: KeyRing): Promise<LogEvidence> {
  const store = new Disk();
  const before = await operator(keys, store, "before");
  await before.orchestrator.decide(document, caller);
  store.full = true;
  await before.orchestrator.decide(document, caller).catch((error: unknown) => {
    if (!isCaioError(error, "ServiceUnavailable")) throw error;
  });
  store.full = false;
  const { note } = await before.signer.sign(0);
  const after = await operator(keys, store, "after");
  for (let times = 0; times < 3; times++) await after.orchestrator.decide(document, caller);
  return evidence(after, keys, [note, (await after.signer.sign(0)).note]);
}

/** The store refuses one append while new versions and decisions have their places after it, and the router goes on. */
async function lostAppend(keys: KeyRing): Promise<LogEvidence> {
  const disk = new Disk();
  const made = await operator(keys, disk, "lost");
  const { orchestrator } = made;
  await orchestrator.decide(document, caller);
  disk.refuses = 1;
  const lost: Promise<unknown>[] = [];
  for (const version of [2, 3]) {
    orchestrator.usePolicies(policies(version));
    lost.push(orchestrator.decide(document, caller));
    // The first is on its way to the disk when the second takes its place.
    await ticks();
  }
  await Promise.allSettled(lost);
  await orchestrator.decide(document, caller);
  await settled();
  return evidence(made, keys, [(await made.signer.sign(0)).note]);
}

/** One of two instances hears nothing of the other's edits for longer than its bound, decides all the same, and then hears of them. */
async function twoInstances(keys: KeyRing): Promise<LogEvidence> {
  const start = 1_764_000_000_000;
  const shared = new MemoryRegistryStore();
  let heard = start;
  let now = start;
  const door = { registry: await ServiceRegistry.open(shared), now: () => now };
  const fresh = await operator(keys, new InMemoryTraceStore(), "fresh", undefined, door);
  const freshness = (): Freshness => ({ confirmedMsAgo: now - heard, boundMs: STALE_AFTER_MS });
  const cutOff = await operator(keys, new InMemoryTraceStore(), "cut off", undefined, { ...door, registry: await ServiceRegistry.open(shared), freshness: () => ({ registry: freshness(), policy: freshness() }) });
  const decided = [await cutOff.orchestrator.decide(document, caller)];
  await register(fresh.registry, "charlie");
  for (const later of [100, STALE_AFTER_MS, 3 * STALE_AFTER_MS]) {
    now = start + later;
    await fresh.orchestrator.decide(document, caller);
    now += 1;
    decided.push(await cutOff.orchestrator.decide(document, caller));
  }
  await cutOff.registry.refresh();
  heard = now;
  decided.push(await cutOff.orchestrator.decide(document, caller));
  const { note } = await cutOff.signer.sign(0);
  return { ...(await evidence(cutOff, keys, [note], decided)), other: await fresh.traces.entryTexts(0, fresh.traces.head.size) };
}

async function evidence(
  { traces }: Operator,
  keys: KeyRing,
  checkpoints: readonly string[],
  decided: readonly DecidedRequest[] = [],
): Promise<LogEvidence> {
  const entries = await traces.entryTexts(0, traces.head.size);
  const [from, to] = [checkpoints[0], checkpoints.at(-1)].map((note) => Number(note?.split("\n")[1]));
  const proof = from === undefined || to === undefined ? [] : traces.consistencyProof(from, to);
  const checkpoint = { note: checkpoints.at(-1) ?? "", size: to ?? 0 };
  const bundles: string[] = [];
  for (const each of decided) {
    const decisionIndex = entries.findIndex((text) => text.includes(each.decision.certificateDigest));
    const log = await readBundleLog(traces, { decisionIndex, inputs: each.decision.certificate.inputs, checkpoint });
    bundles.push(createBundle({ ...each, log }, keys.signer.key));
  }
  return { entries, checkpoints, consistency: proof.map(toHex), bundles };
}

/** As long as a disk takes to write. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets decisions come as far as they get without the disk. */
async function ticks(): Promise<void> {
  for (let tick = 0; tick < 20; tick++) await Promise.resolve();
}

/** Lets appends that nobody waits for come to an end: on a busy machine what was begun in time may still be on its way to the disk. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (let writes = 0; writes < 20; writes++) await turn();
}

/** A fake of a disk: it takes its time, and may be full. */
class Disk implements TraceStore {
  full = false;
  /** How many of the next appends it refuses. */
  refuses = 0;
  readonly #inner = new InMemoryTraceStore();
  size(): Promise<number> {
    return this.#inner.size();
  }
  async append(start: number, entries: readonly StoredEntry[]): Promise<void> {
    await turn();
    if (this.full || this.refuses-- > 0) throw diskFull();
    await this.#inner.append(start, entries);
  }
  read(start: number, count: number): Promise<readonly StoredEntry[]> {
    return this.#inner.read(start, count);
  }
  find(query: Parameters<TraceStore["find"]>[0]): Promise<readonly number[]> {
    return this.#inner.find(query);
  }
}
