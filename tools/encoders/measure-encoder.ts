import process from "node:process";

import { CachedEncoder, ControlIntegrator, encodeContracts } from "@caio/control";
import { caioRoute } from "@caio/orchestrator";
import { RegistrySnapshot } from "@caio/registry";

import { benchHistory, contractAt, worldOf, type BenchWorld } from "../bench/bench-world.ts";
import { percentilesOf } from "../bench/percentiles.ts";
import type { OpenedEncoder } from "./opened-encoders.ts";

/** Texts that go to the encoder together. */
const TOGETHER = 32;
const RULES = 100;
const CANDIDATES = 20;

/** How much is measured. */
export interface EncoderRuns {
  readonly services: number;
  readonly runs: number;
  readonly texts: number;
}

/** Milliseconds of each run, at the median over its texts. */
export interface LengthCost {
  /** Length of the texts. */
  readonly units: number;
  readonly alone: readonly number[];
  /** Of them the time of this process's threads on a processor, which a busy machine changes less; on average. */
  readonly aloneBusy: readonly number[];
  readonly among: readonly number[];
  readonly amongBusy: readonly number[];
  readonly known: readonly number[];
  /** Fields with features, decision and certificate; the text is new, or known before. */
  readonly decision: readonly number[];
  readonly decisionKnown: readonly number[];
}

export interface EncoderCost {
  readonly name: string;
  /** Milliseconds until it is ready. */
  readonly loadMs: number;
  readonly lengths: readonly LengthCost[];
}

/** What an encoder costs for a question and for a page. */
export async function measureEncoder([name, open]: readonly [string, () => Promise<OpenedEncoder>], size: EncoderRuns): Promise<EncoderCost> {
  const before = performance.now();
  const { encoder, close } = await open();
  const loadMs = performance.now() - before;
  try {
    const world = await worldWith(encoder, size.services);
    const lengths: LengthCost[] = [];
    for (const units of [60, 1000]) lengths.push(await costAt(units, encoder, world, size));
    return { name, loadMs, lengths };
  } finally {
    await close();
  }
}

/** The world of decision benchmarks, whose contracts are encoded with it. */
async function worldWith(encoder: OpenedEncoder["encoder"], services: number): Promise<BenchWorld> {
  const size = { services, rules: RULES, candidates: CANDIDATES, firing: 5 };
  const contracts = Array.from({ length: services }, (_, index) => contractAt(index, size));
  const encodings = await encodeContracts(contracts, encoder);
  const registry = RegistrySnapshot.empty.apply(contracts.map((contract, at) => ({ kind: "register" as const, contract, encoding: encodings[at] ?? [], encoderId: encoder.id })));
  return worldOf(size, registry, benchHistory(size));
}

async function costAt(units: number, encoder: OpenedEncoder["encoder"], world: BenchWorld, { runs, texts }: EncoderRuns): Promise<LengthCost> {
  const cost = { alone: [] as number[], aloneBusy: [] as number[], among: [] as number[], amongBusy: [] as number[], known: [] as number[], decision: [] as number[], decisionKnown: [] as number[] };
  for (let run = -1; run < runs; run++) {
    const made = (kind: number): string[] => Array.from({ length: texts }, (_, at) => textOf(units, (run + 2) * 10_000 + kind * 1000 + at));
    const cached = new CachedEncoder(encoder, { entries: 100_000, bytes: 2 ** 30 });
    const one = async (text: string): Promise<unknown> => cached.encodeAll([text]);
    const [alone, aloneBusy] = await busy(texts, () => medianOf(made(0), one));
    const [among, amongBusy] = await busy(texts, () => amongOthers(made(1), cached));
    const measured = {
      ...{ alone, aloneBusy, among, amongBusy },
      known: await medianOf(made(0), one),
      ...(await decisions(made(2), cached, world)),
    };
    // The first run warms up.
    if (run >= 0) for (const [kind, ms] of Object.entries(measured)) cost[kind as keyof typeof measured].push(ms);
  }
  return { units, ...cost };
}

/** What work gives, and the milliseconds on a processor that it took for each text. */
async function busy(texts: number, work: () => Promise<number>): Promise<readonly [number, number]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1000 / texts];
}

async function amongOthers(texts: readonly string[], cached: CachedEncoder): Promise<number> {
  const samples: number[] = [];
  for (let from = 0; from < texts.length; from += TOGETHER) {
    const batch = texts.slice(from, from + TOGETHER);
    const before = performance.now();
    await cached.encodeAll(batch);
    samples.push((performance.now() - before) / batch.length);
  }
  return percentilesOf(samples).p50;
}

async function decisions(texts: readonly string[], cached: CachedEncoder, { request, inputs }: BenchWorld): Promise<Pick<Record<keyof LengthCost, number>, "decision" | "decisionKnown">> {
  const control = new ControlIntegrator({ encoder: cached, features: true });
  const decide = async (text: string): Promise<unknown> => {
    const document = { ...request.document, intent: { ...request.document.intent, text }, context: [] };
    const fields = await control.readFields(document);
    return caioRoute({ ...request, document, fields }, inputs).certificateDigest;
  };
  return { decision: await medianOf(texts, decide), decisionKnown: await medianOf(texts, decide) };
}

async function medianOf(texts: readonly string[], work: (text: string) => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (const text of texts) {
    const before = performance.now();
    await work(text);
    samples.push(performance.now() - before);
  }
  return percentilesOf(samples).p50;
}

const WORDS = ["which", "letters", "archive", "french", "translate", "number", "houses", "people", "garden", "river", "contract", "music", "function", "returns", "prime", "weather", "bread", "market"];

/** A text of that length, and every number another. */
export function textOf(units: number, number: number): string {
  let text = `Question ${String(number)}:`;
  for (let at = 0; text.length < units; at++) text += ` ${WORDS[(at * 7 + number * 5 + at * number) % WORDS.length] ?? ""}`;
  return text.slice(0, units);
}
