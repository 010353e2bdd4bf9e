import { HashingEncoder, ValueEstimator } from "@caio/control";
import { NOT_TRIED } from "@caio/contracts";
import { isCaioError } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { fitLogistic, fitPlainNearest, fitRidge, fitValueModel, meanScore, type OutcomeTable } from "../src/index.ts";
import { solvePositive } from "../src/estimator/solve-positive.ts";

const encoder = new HashingEncoder();
const sums = ["What is 3 + 4?", "What is 17 + 5?", "What is 8 + 90?", "What is 21 + 12?", "What is 6 + 7?"];
const books = ["Who wrote the novel Faust?", "Who wrote the novel Emma?", "Who wrote the novel Ulysses?", "Who wrote the novel Dracula?", "Who wrote the novel Momo?"];
const models = [{ id: "z-sums", inputPrice: 1, outputPrice: 1 }, { id: "a-books", inputPrice: 1, outputPrice: 1 }];

/** One model that is good at sums, one that is good at books. */
function table(): OutcomeTable {
  const prompts = [...sums, ...books];
  return { prompts, models, scores: Float64Array.from(prompts.flatMap((_, at) => (at < sums.length ? [1, 0] : [0, 1]))) };
}
const seen = (text: string): { text: string; features: readonly number[] } => ({ text, features: encoder.features(text) });
const features = table().prompts.map((prompt) => encoder.features(prompt));
const unit = (all: readonly number[]): number[] => all.map((value) => value / 1e6);

describe("every method", () => {
  const fits = {
    nearest: fitPlainNearest(table(), features, 3),
    ridge: (({ text, features: all }) => fitRidge(table(), features.map(unit), 0.5)({ text, features: unit(Array.from(all)) })) as ReturnType<typeof fitRidge>,
    logistic: fitLogistic(table(), 0.1),
  };
  it.each(Object.entries(fits))("%s sees who is good at what", (_, predict) => {
    const [sum, book] = [predict(seen("What is 44 + 2?")), predict(seen("Who wrote the novel Heidi?"))];
    expect((sum[0] ?? 0) - (sum[1] ?? 0)).toBeGreaterThan(0.2);
    expect((book[1] ?? 0) - (book[0] ?? 0)).toBeGreaterThan(0.2);
  });
});

describe("fitValueModel", () => {
  const pairs = [{ service: "s", model: "z-sums" }, { service: "s", model: "a-books" }];

  it("puts pairs in order with their own scores, and is asked by pair", () => {
    const model = fitValueModel(table(), features, { encoderId: encoder.id, pairs, neighbours: 3 });
    expect(model.pairs.map(({ model: name }) => name)).toEqual(["a-books", "z-sums"]);
    const estimator = new ValueEstimator(model);
    const { values } = estimator.estimate(encoder.features("What is 44 + 2?"));
    expect(values[estimator.placeOf({ service: "s", model: "z-sums" }) ?? -1]).toBeGreaterThan(700_000);
    expect(values[estimator.placeOf({ service: "s", model: "a-books" }) ?? -1]).toBeLessThan(300_000);
  });

  it("says the mean where nothing is known, and leaves out what was not tried", () => {
    const partly = table();
    partly.scores[0] = Number.NaN;
    const model = fitValueModel(partly, features, { encoderId: encoder.id, pairs, neighbours: 10, priorWeightMicros: 1e12 });
    expect(model.scores[1]).toBe(NOT_TRIED);
    const estimator = new ValueEstimator(model);
    const place = estimator.placeOf({ service: "s", model: "z-sums" }) ?? -1;
    expect(Math.abs((estimator.estimate(encoder.features("x")).values[place] ?? 0) - 1e6 * meanScore(partly, 0))).toBeLessThanOrEqual(3);
  });

  it("chooses how many to ask by what it would have got wrong", () => {
    const model = fitValueModel(table(), features, { encoderId: encoder.id, pairs });
    expect([20, 40, 80, 160, 240, 360]).toContain(model.neighbours);
  });

  it("refuses what does not fit together", () => {
    try {
      fitValueModel(table(), features.slice(1), { encoderId: "e", pairs });
      expect.unreachable();
    } catch (error) {
      expect(isCaioError(error) && error.code).toBe("InvalidOutcomes");
    }
  });
});

describe("solvePositive", () => {
  it("solves what it is given", () => {
    const square = fc.integer({ min: 1, max: 6 }).chain((n) => fc.record({ n: fc.constant(n), root: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n * n, maxLength: n * n }), x: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: n * 2, maxLength: n * 2 }) }));
    fc.assert(
      fc.property(square, ({ n, root, x }) => {
        const at = (i: number, j: number): number => Array.from({ length: n }, (_, k) => (root[i * n + k] ?? 0) * (root[j * n + k] ?? 0)).reduce((a, b) => a + b, i === j ? 1 : 0);
        const a = Float64Array.from({ length: n * n }, (_, index) => at(Math.floor(index / n), index % n));
        const b = Float64Array.from({ length: n * 2 }, (_, index) => Array.from({ length: n }, (__, k) => at(Math.floor(index / 2), k) * (x[k * 2 + (index % 2)] ?? 0)).reduce((p, q) => p + q, 0));
        const solved = solvePositive(a, b, n, 2);
        x.forEach((value, index) => { expect(solved[index]).toBeCloseTo(value, 6); });
      }),
    );
  });
});
