import { NOT_TRIED, parseValueModel, SCORE_PARTS, valueModelDigest, valueModelDocument, type ValueModel } from "@caio/contracts";
import { isCaioError } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { caseOf, HashingEncoder, ValueEstimator } from "../src/index.ts";

const numbers = fc.integer({ min: -1_000_000, max: 1_000_000 });
const score = fc.oneof(fc.integer({ min: 0, max: SCORE_PARTS }), fc.constant(NOT_TRIED));

/** Small models with features that are often alike or zero. */
const asked = fc
  .record({ dimension: fc.integer({ min: 1, max: 5 }), count: fc.integer({ min: 1, max: 12 }), width: fc.integer({ min: 1, max: 3 }) })
  .chain(({ dimension, count, width }) =>
    fc.record({
      features: fc.array(fc.oneof(numbers, fc.constant(0)), { minLength: dimension, maxLength: dimension }),
      model: fc.record({
        encoderId: fc.constant("test"),
        dimension: fc.constant(dimension),
        pairs: fc.constant(Array.from({ length: width }, (_, index) => ({ service: `s${String(index)}`, model: null }))),
        neighbours: fc.integer({ min: 1, max: 14 }),
        priorWeightMicros: fc.constantFrom(0, 1_000_000, 2_500_000),
        cases: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: dimension * count, maxLength: dimension * count }).map((all) => Int8Array.from(all)),
        scores: fc.array(score, { minLength: width * count, maxLength: width * count }).map((all) => Uint8Array.from(all)),
      }),
    }),
  );

/** The docstring of `estimate`, word by word. */
function plainly(model: ValueModel, features: readonly number[], pair: number): number {
  const { dimension, pairs, neighbours } = model;
  const query = caseOf(features);
  const known = Array.from({ length: model.cases.length / dimension }, (_, index) => {
    const one = model.cases.subarray(index * dimension, (index + 1) * dimension);
    const energy = one.reduce((sum, value) => sum + value * value, 0);
    const product = one.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0);
    return { likeness: energy === 0 ? 0 : product * (1 / Math.sqrt(energy)), score: model.scores[index * pairs.length + pair] ?? NOT_TRIED };
  }).filter((each) => each.score !== NOT_TRIED);
  const mean = known.length === 0 ? 0 : known.reduce((sum, each) => sum + each.score, 0) / known.length / SCORE_PARTS;
  const sorted = known.map((each, index) => ({ ...each, index })).sort((a, b) => b.likeness - a.likeness || a.index - b.index);
  const near = sorted.slice(0, neighbours);
  const beyond = sorted[neighbours]?.likeness ?? Math.min(0, near.at(-1)?.likeness ?? 0);
  const span = (near[0]?.likeness ?? 0) - beyond;
  let [weight, sum] = [model.priorWeightMicros / 1e6, (model.priorWeightMicros / 1e6) * mean];
  for (const each of near) {
    const w = span > 0 ? (each.likeness - beyond) / span : 1;
    weight += w;
    sum += (w * each.score) / SCORE_PARTS;
  }
  return weight === 0 ? mean : sum / weight;
}

describe("ValueEstimator", () => {
  it("gives what its description says", () => {
    fc.assert(
      fc.property(asked, ({ model, features }) => {
        const { values } = new ValueEstimator(model).estimate(features);
        model.pairs.forEach((_, pair) => { expect(Math.abs((values[pair] ?? -1) - 1e6 * plainly(model, features, pair))).toBeLessThanOrEqual(2); });
      }),
    );
  });

  it("asks the most alike case, and says how alike it was", () => {
    const encoder = new HashingEncoder();
    const texts = ["What is 12 + 30?", "Who wrote Faust?"];
    const model = {
      ...{ encoderId: encoder.id, dimension: 512, neighbours: 1, priorWeightMicros: 0 },
      pairs: [{ service: "books", model: null }, { service: "sums", model: "a" }],
      cases: Int8Array.from(texts.flatMap((text) => [...caseOf(encoder.features(text))])),
      scores: Uint8Array.from([0, SCORE_PARTS, SCORE_PARTS, 0]),
    };
    const estimator = new ValueEstimator(model);
    const sums = estimator.estimate(encoder.features("What is 5 + 7?"));
    expect([...sums.values]).toEqual([0, 1_000_000]);
    expect(estimator.estimate(encoder.features("Who wrote Faust?")).likenessMicros).toBeGreaterThan(sums.likenessMicros);
    expect(estimator.placeOf({ service: "sums", model: "a" })).toBe(1);
    expect(estimator.placeOf({ service: "sums", model: null })).toBeUndefined();
  });

  it("claims nothing of a pair that it never saw", () => {
    const pairs = [{ service: "a", model: null }, { service: "b", model: null }];
    const estimator = new ValueEstimator({ encoderId: "e", dimension: 1, neighbours: 1, priorWeightMicros: 0, pairs, cases: Int8Array.of(127), scores: Uint8Array.of(SCORE_PARTS, 255) });
    expect(estimator.claims()).toEqual([{ service: "a", model: null, micros: 1_000_000 }]);
  });

  it("refuses a pair that is there twice", () => {
    const pairs = [{ service: "a", model: null }, { service: "a", model: null }];
    expect(() => new ValueEstimator({ encoderId: "e", dimension: 1, neighbours: 1, priorWeightMicros: 0, pairs, cases: Int8Array.of(1), scores: Uint8Array.of(1, 2) })).toThrow("one pair twice");
  });

  it("refuses features of another length", () => {
    const model = { encoderId: "e", dimension: 2, neighbours: 1, priorWeightMicros: 0, pairs: [{ service: "a", model: null }], cases: Int8Array.of(1, 2), scores: Uint8Array.of(1) };
    expect(() => new ValueEstimator(model).estimate([1])).toThrow("Found 1 features, expected the 2");
  });
});

describe("a value model as a document", () => {
  it("comes back as it was, under one digest", () => {
    fc.assert(
      fc.property(asked, ({ model }) => {
        const back = parseValueModel(JSON.parse(JSON.stringify(valueModelDocument(model))));
        expect(back).toEqual(model);
        expect(valueModelDigest(back)).toBe(valueModelDigest(model));
      }),
    );
  });

  it("is refused, typed, in any broken form", () => {
    fc.assert(
      fc.property(asked, fc.anything(), fc.nat(), ({ model }, junk, which) => {
        const document: Record<string, unknown> = { ...valueModelDocument(model) };
        const key = Object.keys(document)[which % Object.keys(document).length] ?? "";
        document[key] = junk;
        try {
          parseValueModel(document);
        } catch (error) {
          expect(isCaioError(error) && error.code).toBe("InvalidHistory");
        }
      }),
    );
  });
});
