import type { ServiceContract, ServiceExecutor } from "@caio/contracts";

import { lowerBound } from "./binomial-bound.ts";
import type { LabelledSentence } from "./labelled-set.ts";

/** What was seen of one service. Ratios have four digits; latencies are milliseconds. */
export interface Measured {
  readonly service: string;
  readonly version: string;
  readonly sentences: number;
  readonly correct: number;
  readonly accuracy: number;
  readonly accuracy_lower_bound: number;
  readonly calls: number;
  readonly answered: number;
  readonly availability_lower_bound: number;
  readonly latency_ms: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly correct_by_language: Readonly<Record<string, number>>;
}

/** Sends every sentence `rounds` times, one after another, and counts the answers of the first round for accuracy. */
export async function measureIdentifier(
  executor: ServiceExecutor,
  contract: ServiceContract,
  set: readonly LabelledSentence[],
  rounds: number,
): Promise<Measured> {
  const latencies: number[] = [];
  const byLanguage: Record<string, number> = {};
  let answered = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [index, { language, text }] of set.entries()) {
      const began = performance.now();
      const found = await identify(executor, contract, text, `${String(round)}-${String(index)}`);
      latencies.push(performance.now() - began);
      if (found === undefined) continue;
      answered += 1;
      if (round === 0 && found === language) byLanguage[language] = (byLanguage[language] ?? 0) + 1;
    }
  }
  const correct = Object.values(byLanguage).reduce((sum, count) => sum + count, 0);
  return {
    service: contract.serviceId,
    version: contract.version,
    sentences: set.length,
    correct,
    accuracy: digits(correct / set.length),
    accuracy_lower_bound: digits(lowerBound(correct, set.length)),
    calls: latencies.length,
    answered,
    availability_lower_bound: digits(lowerBound(answered, latencies.length)),
    latency_ms: percentiles(latencies),
    correct_by_language: byLanguage,
  };
}

async function identify(executor: ServiceExecutor, contract: ServiceContract, text: string, key: string): Promise<string | null | undefined> {
  const call = {
    decisionId: "0".repeat(64),
    idempotencyKey: key,
    contract,
    model: null,
    endpoint: contract.api.endpoints[0],
    payload: { text },
    deadlineUs: 5_000_000,
  };
  try {
    const { output } = await executor.execute(call, new AbortController().signal);
    const language = typeof output === "object" && output !== null && "language" in output ? output["language"] : null;
    return typeof language === "string" ? language : null;
  } catch {
    return undefined;
  }
}

function percentiles(values: readonly number[]): Measured["latency_ms"] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => digits(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Four digits, downwards: a bound must not grow by rounding. */
function digits(value: number): number {
  return Math.floor(value * 10_000) / 10_000;
}
