import { historyFromWire, historyToDocument, parseHistory, type History, type LearnedValue, type Outcome } from "@caio/contracts";
import { canonicalJson, MICRO } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { advanceHistory, computeRlScore, HashingEncoder, onlineEstimate, onlineSettings, predictedCostMicros, prepareFields, withClaims, type AdvanceOptions, type LearnedOutcome, type LearnedReward } from "../src/index.ts";

const encoder = new HashingEncoder();
const settings = onlineSettings({ likenessMicros: 350_000 });
const options: AdvanceOptions = { online: settings };
const claims = [
  { service: "a", model: "good", micros: 700_000 },
  { service: "a", model: "weak", micros: 300_000 },
];
const empty: History = { version: 0, leaves: [] };

function outcome(model: string, text: string, rewardMicros: number, more: Partial<Outcome> = {}): LearnedOutcome {
  return {
    outcome: { service: "a", model, decisionId: "0".repeat(64), attempt: 1, endedAt: 0, status: "success", latencyUs: 1, rewardMicros, ...more },
    intent: encoder.encode(text),
    features: encoder.features(text),
    inputTokens: text.length,
  };
}

function preparedOf(text: string): ReturnType<typeof prepareFields> {
  return prepareFields({ intent: encoder.encode(text), features: encoder.features(text), context: [] });
}

function learnedOf(history: History, model: string): LearnedValue | undefined {
  return history.leaves.find((leaf) => leaf.model === model)?.learned;
}

function rl(history: History, model: string, text: string, width = settings.cautionMicros): number {
  return computeRlScore(learnedOf(history, model), preparedOf(text), width);
}

describe("claims as what is expected", () => {
  it("a pair without a leaf has 0, one with a claim its claim, and the one that claims most the lead", () => {
    const history = withClaims(empty, claims, settings);
    expect(rl(empty, "good", "hello")).toBe(0);
    expect(rl(history, "good", "hello")).toBe(700_000 + settings.leadMicros);
    expect(rl(history, "weak", "hello")).toBe(300_000);
    expect(history.version).toBe(1);
  });

  it("said again they make no version; changed, they count anew and what was learned stays", () => {
    const first = withClaims(empty, claims, settings);
    expect(withClaims(first, claims, settings)).toBe(first);
    const learned = advanceHistory(first, [outcome("weak", "hello", MICRO)], options);
    const changed = withClaims(learned, [{ service: "a", model: "weak", micros: 800_000 }], settings);
    expect(changed.version).toBe(3);
    expect(learnedOf(changed, "weak")?.online).toMatchObject({ prior: { micros: 800_000, weightMicros: 200 * MICRO }, weightMicros: MICRO });
    expect(learnedOf(changed, "good")).toBe(learnedOf(learned, "good"));
  });

  it("what LinUCB learned alone stays as it is", () => {
    const alone = advanceHistory(empty, [outcome("good", "hello", MICRO)]);
    expect(learnedOf(alone, "good")?.online).toBeUndefined();
    expect(withClaims(alone, claims, settings).leaves.find(({ model }) => model === "good")).toBe(alone.leaves[0]);
    expect(advanceHistory(alone, [outcome("good", "hello", MICRO)], options).leaves[0]?.learned?.online).toBeUndefined();
  });
});

describe("what outcomes teach", () => {
  it("a pair that fails on one kind of prompt loses there and not elsewhere", () => {
    let history = withClaims(empty, claims, settings);
    for (let n = 0; n < 20; n++) {
      history = advanceHistory(history, [outcome("good", `prove the theorem about prime numbers number ${String(n)}`, 0), outcome("weak", `prove the theorem about prime numbers number ${String(n)}`, MICRO)], options);
    }
    expect(rl(history, "good", "prove the theorem about prime numbers number 99")).toBeLessThan(rl(history, "weak", "prove the theorem about prime numbers number 99"));
    expect(rl(history, "good", "bake bread")).toBeGreaterThan(rl(history, "weak", "bake bread"));
  });

  it("a claim that does not hold is found out", () => {
    let history = withClaims(empty, [{ service: "a", model: "weak", micros: 950_000 }], settings);
    for (let n = 0; n < 200; n++) history = advanceHistory(history, [outcome("weak", `question ${String(n)} of many`, n % 4 === 0 ? MICRO : 0)], options);
    expect(rl(history, "weak", "question 7 of many")).toBeLessThan(600_000);
  });

  it("cases stay within their bound, whatever comes", () => {
    let history = withClaims(empty, claims, onlineSettings({ cases: 5 }));
    for (let n = 0; n < 40; n++) history = advanceHistory(history, [outcome("good", `${String.fromCharCode(97 + n)} ${String(n * 7919)}`, MICRO)], { online: onlineSettings({ cases: 5 }) });
    const online = learnedOf(history, "good")?.online;
    expect(online?.cases).toHaveLength(5);
    expect(online?.cases.reduce((sum, each) => sum + each.weightMicros, 0)).toBe(40 * MICRO);
  });

  it("a late reward ends where the reward itself would have", () => {
    const text = "translate this letter";
    const first = withClaims(empty, claims, settings);
    const late = advanceHistory(advanceHistory(first, [outcome("good", text, MICRO)], options), [
      { pair: { service: "a", model: "good" }, fromMicros: MICRO, toMicros: 200_000, intent: encoder.encode(text), features: encoder.features(text) },
    ], options);
    const direct = advanceHistory(first, [outcome("good", text, 200_000)], options);
    const [a, b] = [learnedOf(late, "good"), learnedOf(direct, "good")];
    expect(a?.online?.cases).toEqual(b?.online?.cases);
    expect(Math.abs((a?.online?.sumMicros ?? 0) - (b?.online?.sumMicros ?? 0))).toBeLessThanOrEqual(1);
    expect(a?.theta[0]).toBeCloseTo(b?.theta[0] ?? Number.NaN, 9);
  });

  it("a late reward of a text that says nothing leaves all cases as they were: it is in none", () => {
    const [spoken, silent] = [outcome("good", "translate this letter", MICRO), outcome("good", "", MICRO)];
    const before = advanceHistory(withClaims(empty, claims, settings), [spoken, silent], options);
    const after = advanceHistory(before, [{ pair: { service: "a", model: "good" }, fromMicros: MICRO, toMicros: 0, intent: encoder.encode(""), features: encoder.features("") }], options);
    const [a, b] = [learnedOf(before, "good")?.online, learnedOf(after, "good")?.online];
    expect(a?.cases).toHaveLength(1);
    expect(b?.cases).toEqual(a?.cases);
    expect(b?.sumMicros).toBe((a?.sumMicros ?? 0) - MICRO);
  });

  it("late rewards of what was let go meanwhile weigh no more than what is left of it", () => {
    const detecting = { online: onlineSettings({ likenessMicros: 350_000, changeMicros: 4 * MICRO }) };
    const texts = Array.from({ length: 60 }, (_, n) => `question ${String(n)} of the day`);
    let history = advanceHistory(withClaims(empty, claims, detecting.online), texts.map((text) => outcome("good", text, MICRO)), detecting);
    const late = (text: string): LearnedReward => ({ pair: { service: "a", model: "good" }, fromMicros: MICRO, toMicros: 0, intent: encoder.encode(text), features: encoder.features(text) });
    for (const text of texts.slice(0, 30)) history = advanceHistory(history, [late(text)], detecting);
    const online = learnedOf(history, "good")?.online;
    expect(online?.weightMicros).toBeLessThan(MICRO);
    for (const { sumMicros, weightMicros } of [...(online?.cases ?? []), ...(online === undefined ? [] : [online])]) expect(Math.abs(sumMicros)).toBeLessThanOrEqual(2 * weightMicros + 2);
    // One outcome that is known says what the pair is worth again.
    expect(rl(advanceHistory(history, [outcome("good", "question 7 of the day", MICRO)], detecting), "good", "question 7 of the day", 0)).toBeGreaterThan(900_000);
  });

  it("a change lets go of what was learned; without the detector it stays", () => {
    const detecting = onlineSettings({ likenessMicros: 350_000, changeMicros: 4 * MICRO });
    let [kept, gone] = [withClaims(empty, claims, settings), withClaims(empty, claims, detecting)];
    const least: number[] = [];
    for (let n = 0; n < 120; n++) {
      const each = [outcome("good", `question ${String(n)}`, n < 60 ? MICRO : 0)];
      kept = advanceHistory(kept, each, { online: onlineSettings({ likenessMicros: 350_000, changeMicros: 0 }) });
      gone = advanceHistory(gone, each, { online: detecting });
      least.push(learnedOf(gone, "good")?.online?.weightMicros ?? 0);
    }
    expect(least.some((weight, at) => at > 0 && weight < (least[at - 1] ?? 0))).toBe(true);
    expect(rl(gone, "good", "question 7")).toBeLessThan(rl(kept, "good", "question 7"));
  });

  it("a half-life forgets: as many outcomes later one counts half", () => {
    const forgetting = onlineSettings({ halfLife: 10 });
    let history = withClaims(empty, claims, forgetting);
    for (let n = 0; n < 10; n++) history = advanceHistory(history, [outcome("good", `question ${String(n)}`, MICRO)], { online: forgetting });
    expect(learnedOf(history, "good")?.online?.prior.weightMicros).toBeCloseTo(100 * MICRO, -4);
  });

  it("costs are kept by length and foretell", () => {
    let history = withClaims(empty, claims, settings);
    for (let n = 0; n < 300; n++) history = advanceHistory(history, [outcome("good", n % 2 === 0 ? "short" : "long ".repeat(100), MICRO, { costMicros: n % 2 === 0 ? 10 : 1000 })], options);
    const costs = learnedOf(history, "good")?.online?.costs ?? [];
    expect(predictedCostMicros(costs, 5)).toBe(10);
    expect(predictedCostMicros(costs, 500)).toBe(1000);
    expect(predictedCostMicros(costs, 1)).toBe(10);
    expect(predictedCostMicros([], 5)).toBeUndefined();
    expect(costs.every(({ outcomes }) => outcomes <= 128)).toBe(true);
  });
});

const rewards = fc.array(fc.record({ model: fc.constantFrom("good", "weak", "other"), words: fc.array(fc.constantFrom("sum", "poem", "law", "tax", "bread"), { minLength: 1, maxLength: 4 }), reward: fc.integer({ min: -MICRO, max: MICRO }) }), { maxLength: 12 });

describe("versions", () => {
  it("come back from documents and normal forms as they were, and give the same values", () => {
    fc.assert(fc.property(rewards, (batch) => {
      const history = advanceHistory(withClaims(empty, claims, settings), batch.map(({ model, words, reward }) => outcome(model, words.join(" "), reward, { costMicros: 7 })), options);
      const document = historyToDocument(history);
      expect(parseHistory(JSON.stringify(document))).toEqual(history);
      expect(historyFromWire({ version: history.version, leaves: document["leaves"] ?? [] })).toEqual(history);
      expect(canonicalJson(historyToDocument(parseHistory(canonicalJson(document))))).toBe(canonicalJson(document));
    }), { numRuns: 40 });
  });

  it("follow from the outcomes alone: one batch or many", () => {
    fc.assert(fc.property(rewards, (batch) => {
      const outcomes = batch.map(({ model, words, reward }) => outcome(model, words.join(" "), reward));
      const first = withClaims(empty, claims, settings);
      const one = advanceHistory(first, outcomes, options);
      const many = outcomes.reduce((history, each) => advanceHistory(history, [each], options), first);
      expect(many.leaves).toEqual(one.leaves);
    }), { numRuns: 40 });
  });

  it("an estimate is finite, and its width falls as outcomes come near", () => {
    fc.assert(fc.property(rewards, (batch) => {
      const history = advanceHistory(withClaims(empty, claims, settings), batch.map(({ model, words, reward }) => outcome(model, words.join(" "), reward)), options);
      for (const { learned } of history.leaves) {
        if (learned?.online === undefined) continue;
        const { value, width, near } = onlineEstimate(learned, learned.online, preparedOf("sum of tax"));
        expect(Number.isFinite(value)).toBe(true);
        expect(width).toBe(1 / Math.sqrt(near + 2));
      }
    }), { numRuns: 40 });
  });
});
