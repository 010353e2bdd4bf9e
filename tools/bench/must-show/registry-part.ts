import { ContractParser } from "@caio/contracts";
import { ServiceRegistry } from "@caio/registry";

import { contractAt, registrationOf } from "../bench-world.ts";
import { percentilesOf, type Percentiles } from "../percentiles.ts";
import { progress } from "../run/child.ts";
import { memoryInUse, perUnit, type MemoryUse } from "../run/memory.ts";
import { contractYaml } from "../world/bench-yaml.ts";

const TENANT = "acme";
const CANDIDATES = 20;
/** Services among which the capabilities are spread. */
const GROUPED = 100_000;
/** Services of one epoch, where a whole registry is built. */
const BATCH = 1000;

/** Seconds, by the clock on the wall and of the processor: on a busy machine the first is the others' work as well. */
export interface Taken {
  readonly wall: number;
  readonly processor: number;
}

/** Of each run. */
export interface RegistrationFigures {
  readonly contracts: number;
  readonly parsing: readonly Taken[];
  readonly encoding: readonly Taken[];
  /** All as one epoch, with the root of the view. */
  readonly together: readonly Taken[];
  /** Each as an epoch of its own, one root at the end. */
  readonly oneByOne: readonly Taken[];
}

/** Must-show 5: a registry from so many contract files. */
export async function registrationPart(count: number, runs: number): Promise<RegistrationFigures> {
  const figures = { contracts: count, parsing: [] as Taken[], encoding: [] as Taken[], together: [] as Taken[], oneByOne: [] as Taken[] };
  const texts = Array.from({ length: count }, (_text, index) => contractYaml(index));
  for (let run = 0; run < runs; run++) {
    progress(`registration: run ${String(run + 1)}`);
    const parser = new ContractParser();
    const contracts = timed(figures.parsing, () => texts.map((text, index) => parser.parse(text, { file: `${String(index)}.yaml` })));
    const registrations = timed(figures.encoding, () => contracts.map(registrationOf));
    await timedLater(figures.together, async () => rootOf(await new ServiceRegistry().apply(registrations.map((each) => ({ kind: "register", ...each })))));
    await timedLater(figures.oneByOne, async () => {
      const registry = new ServiceRegistry();
      for (const registration of registrations) await registry.register(registration);
      return rootOf(registry.snapshot());
    });
  }
  return figures;
}

/** Milliseconds of each round. */
export interface SwapFigures {
  readonly services: number;
  /** The contract checked, copied and hashed, the new snapshot, its view's root, and the services that offer its type, found again. */
  readonly swap: readonly Percentiles[];
  /** Of these: the new snapshot without its root. */
  readonly snapshot: readonly Percentiles[];
  /** What comes before: the encoding of the contract. */
  readonly encoding: readonly Percentiles[];
}

/** Must-show 5: a contract of a large registry replaced by another. */
export async function swapPart(services: number, { rounds, iterations }: { readonly rounds: number; readonly iterations: number }): Promise<SwapFigures> {
  progress(`swap: registry of ${String(services)}`);
  const registry = await filled(services);
  rootOf(registry.snapshot());
  const figures = { services, swap: [] as Percentiles[], snapshot: [] as Percentiles[], encoding: [] as Percentiles[] };
  let turn = 0;
  for (let round = 0; round < rounds; round++) {
    const samples = { swap: [] as number[], snapshot: [] as number[], encoding: [] as number[] };
    for (let iteration = 0; iteration < iterations; iteration++) {
      turn += 1;
      const next = { ...contractAt((turn * 7919) % services, { services: GROUPED, candidates: CANDIDATES }), version: `2.${String(turn)}.0` };
      const began = performance.now();
      const registration = registrationOf(next);
      const encoded = performance.now();
      const snapshot = await registry.replace(registration);
      const replaced = performance.now();
      rootOf(snapshot);
      if (snapshot.view(TENANT).offering(next.capabilities[0]?.type ?? "").length === 0) throw new Error("The service replaced is not found again.");
      const done = performance.now();
      samples.encoding.push(encoded - began);
      samples.snapshot.push(replaced - encoded);
      samples.swap.push(done - encoded);
    }
    for (const key of ["swap", "snapshot", "encoding"] as const) figures[key].push(percentilesOf(samples[key]));
  }
  return figures;
}

/** What a registry of 10 000 services grows by, for each service more. */
export async function memoryPart(services: number): Promise<{ readonly services: number; readonly perService: MemoryUse }> {
  const registry = await filled(10_000);
  rootOf(registry.snapshot());
  const before = await memoryInUse();
  progress(`memory: ${String(services)} more`);
  await fill(registry, 10_000, services);
  rootOf(registry.snapshot());
  return { services, perService: perUnit(before, await memoryInUse(), services) };
}

async function filled(count: number): Promise<ServiceRegistry> {
  const registry = new ServiceRegistry();
  await fill(registry, 0, count);
  return registry;
}

async function fill(registry: ServiceRegistry, from: number, count: number): Promise<void> {
  for (let start = from; start < from + count; start += BATCH) {
    const contracts = Array.from({ length: Math.min(BATCH, from + count - start) }, (_each, at) => contractAt(start + at, { services: GROUPED, candidates: CANDIDATES }));
    await registry.apply(contracts.map((contract) => ({ kind: "register", ...registrationOf(contract) })));
  }
}

function rootOf(snapshot: ReturnType<ServiceRegistry["snapshot"]>): string {
  return snapshot.view(TENANT).root;
}

function timed<T>(into: Taken[], work: () => T): T {
  const since = stopwatch();
  const result = work();
  into.push(since());
  return result;
}

async function timedLater(into: Taken[], work: () => Promise<unknown>): Promise<void> {
  const since = stopwatch();
  await work();
  into.push(since());
}

function stopwatch(): () => Taken {
  const [before, busy] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(busy);
    return { wall: (performance.now() - before) / 1000, processor: (user + system) / 1e6 };
  };
}
