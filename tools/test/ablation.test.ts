import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parsePrincipal, parseRequestValue } from "@caio/contracts";
import { encodeContract, HashingEncoder } from "@caio/control";
import { sha256Hex } from "@caio/core";
import { caioRoute, HistorySnapshot, PolicySnapshot, stampRequest } from "@caio/orchestrator";
import { ServiceRegistry } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import { afterAll, describe, expect, it } from "vitest";

import { bothWays } from "../control/bootstrap.ts";
import { ablationLines, alone, leaveOneOut, standing, type AblationLine } from "../control/ablation/ablation-table.ts";
import { ablationWorld, type AblationWorld } from "../control/ablation/ablation-world.ts";
import { FieldBook } from "../control/ablation/field-book.ts";

const topics = {
  cook: ["recipe", "oven", "pasta", "supper", "vegetables", "roast", "spices", "soup"],
  rail: ["train", "ticket", "station", "platform", "seat", "journey", "departure", "arrival"],
} as const;
const encoder = new HashingEncoder();
const data = mkdtempSync(join(tmpdir(), "caio-ablation-"));
afterAll(() => { rmSync(data, { recursive: true }); });

/** Prompts of two topics; a model for each, and a dear one that is right about half of all, by lot of the place. */
function writeOutcomes(): void {
  const outcomes = Array.from({ length: 240 }, (_, place) => {
    const topic = place % 2 === 0 ? "cook" : "rail";
    const words = topics[topic];
    const question = [0, 1, 2, 3].map((step) => words[(place * 3 + step * (1 + (place % 5))) % words.length]).join(" ");
    return { question: `${question} ${String(place)}`, scores: { cook: topic === "cook" ? 1 : 0, rail: topic === "rail" ? 1 : 0, dear: Number(sha256Hex(`lot ${String(place)}`) < "8") } };
  });
  const priced = (feature: string, price: number): object => ({ feature, input_price: price, output_price: price });
  const models = { cook: priced(topics.cook.join(" "), 0.2), rail: priced(topics.rail.join(" "), 0.2), dear: priced("Answers anything.", 0.8) };
  mkdirSync(join(data, "ulab-llmrouter"));
  writeFileSync(join(data, "ulab-llmrouter", "outcomes.json"), JSON.stringify(outcomes));
  writeFileSync(join(data, "ulab-llmrouter", "models.json"), JSON.stringify(models));
}

writeOutcomes();
const world = await ablationWorld(data, new FieldBook(encoder));

function linesOf(of: AblationWorld, named: ReturnType<typeof alone>): ReadonlyMap<string, AblationLine> {
  return new Map(ablationLines(named.map(([label, settings]) => [label, of, settings]), 2, 3).map((line) => [line.label, line]));
}

describe("what a term is worth", () => {
  const lines = linesOf(world, alone());

  it("is seen where the services are specialists and their contracts say so", () => {
    expect(lines.get("I alone")?.quality.mean).toBeGreaterThan(0.95);
    expect(lines.get("I alone")?.insight.low).toBeGreaterThan(0.3);
  });

  it("is learned from outcomes: by RL and by the memory field", () => {
    for (const term of ["RL alone", "W alone"]) expect(lines.get(term)?.insight.low).toBeGreaterThan(0.1);
  });

  it("is nothing for a term that has nothing to look at", () => {
    expect(lines.get("A alone")?.gain).toEqual({ mean: 0, low: 0, high: 0 });
    // Always the same model: whatever it earns, it does not come from the prompts.
    expect(Math.abs(lines.get("M alone, competence measured")?.insight.mean ?? 1)).toBeLessThan(0.1);
    expect(lines.get("by lot")?.insight.low).toBeLessThan(0);
    expect(lines.get("by lot")?.insight.high).toBeGreaterThan(0);
  });

  it("is missed where it is left out", () => {
    const without = linesOf(world, leaveOneOut(100_000));
    expect(without.get("without I")?.gain.mean).toBeLessThanOrEqual(0);
    expect(without.get("without A")?.gain.mean).toBe(0);
  });
});

it("terms are those that the router computes, and so is the order", async () => {
  const registry = new ServiceRegistry();
  for (const contract of world.contracts) await registry.register({ contract, encoding: encodeContract(contract, encoder), encoderId: encoder.id });
  const principal = parsePrincipal(JSON.stringify({ subject: "a", issuer: "local", tenant: "default", permissions: [], trust: 5, evidence: { method: "local" } }));
  const weights = Object.fromEntries(Object.entries(standing).map(([term, micros]) => [term, String(micros / 1e6)]));
  const policy = new PolicySnapshot(1, parsePolicySet(JSON.stringify({ caio_policy: 1, id: "ablation", weights }), { file: "policy.yaml" }));
  const text = "recipe oven pasta supper";
  const request = stampRequest(
    parseRequestValue({ caio_request: 1, intent: { text }, size: { input_tokens: 100, max_output_tokens: 100 }, requirements: { capabilities: [{ type: "inference.chat" }] } }),
    {
      ...{ now: 1_764_000_000_000, decisionKey: sha256Hex("key"), testKey: true, principal, detected: [] },
      fields: { encoderId: encoder.id, intent: world.prompts[0]?.intent ?? [], context: [] },
    },
  );
  const decision = caioRoute(request, {
    registry: { view: registry.snapshot().view("default"), logIndex: null },
    policy: { snapshot: policy, logIndex: null },
    history: { snapshot: HistorySnapshot.of({ version: 0, leaves: [] }), logIndex: null },
  });
  const terms = decision.verdicts.flatMap((verdict) => (verdict.step === 0 ? [[verdict.service, verdict.terms.intent, verdict.terms.cost]] : []));
  const ours = world.contracts.map(({ serviceId }, model) => [serviceId, world.prompts[0]?.intents[model], world.costs[model]]);
  expect(terms).toEqual(ours);
});

it("an interval is over prompts and over orders: it covers a mean that varies by both as often as it says", () => {
  // Deviations of groups and of repetitions with a spread of 1 each.
  const lot = (name: string): number => {
    const [a = 0, b = 0] = [0, 8].map((from) => (Number.parseInt(sha256Hex(name).slice(from, from + 8), 16) + 1) / 2 ** 32);
    return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
  };
  let covered = 0;
  for (let trial = 0; trial < 200; trial++) {
    const groups = Array.from({ length: 25 }, (_, at) => lot(`group ${String(trial)} ${String(at)}`));
    const repetitions = Array.from({ length: 8 }, (_, at) => lot(`order ${String(trial)} ${String(at)}`));
    const middle = repetitions.reduce((a, b) => a + b, 0) / 8;
    const { low, high } = bothWays(groups.map((value) => [value + middle]), repetitions.map((value) => [value]), trial);
    if (low <= 0 && high >= 0) covered += 1;
  }
  expect(covered / 200).toBeGreaterThan(0.86);
  expect(covered / 200).toBeLessThan(0.995);
});
