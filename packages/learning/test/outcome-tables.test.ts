import { isCaioError } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { nearDuplicateGroups, readOutcomesCsv, readUlab, scoreAt, selectPrompts, splitByGroup } from "../src/index.ts";

const prices = { a: { input_price: 0.1, output_price: 0.2 }, b: { input_price: 1, output_price: 2 }, unused: { input_price: 9, output_price: 9 } };
const priceMap = new Map([["a", { inputPrice: 0.1, outputPrice: 0.2 }], ["b", { inputPrice: 1, outputPrice: 2 }]]);

function code(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return isCaioError(error) ? error.code : `not typed: ${String(error)}`;
  }
}

describe("readUlab", () => {
  it("reads prompts, scores and prices; what was not tried is not a number", () => {
    const table = readUlab([{ question: "one", scores: { b: 1, a: 0.25 } }, { question: "two", scores: { a: 0 }, cluster_id: 3 }], prices);
    expect(table.models).toEqual([{ id: "a", inputPrice: 0.1, outputPrice: 0.2 }, { id: "b", inputPrice: 1, outputPrice: 2 }]);
    expect([scoreAt(table, 0, 0), scoreAt(table, 0, 1), scoreAt(table, 1, 0), scoreAt(table, 1, 1)]).toEqual([0.25, 1, 0, Number.NaN]);
    expect(selectPrompts(table, [1]).prompts).toEqual(["two"]);
    expect(code(() => selectPrompts(table, [2]))).toBe("NumberOutOfRange");
  });

  it.each([
    ["scores above 1", [{ question: "q", scores: { a: 1.5 } }]],
    ["no prices", [{ question: "q", scores: { __proto__x: 1 } }]],
    ["a name of every object", JSON.parse('[{"question": "q", "scores": {"toString": 1}}]')],
    ["nothing", []],
    ["no score of any model", [{ question: "q", scores: {} }]],
    ["another form", { question: "q" }],
  ])("refuses %s", (_, outcomes) => {
    expect(code(() => readUlab(outcomes, prices))).toBe("InvalidOutcomes");
  });
});

describe("readOutcomesCsv", () => {
  it("reads quotes, line ends in prompts, and empty cells", () => {
    const table = readOutcomesCsv('\uFEFFprompt,b,a\r\n"say ""hi"",\nnow",1,0.5\r\nplain,,0\n', priceMap);
    expect(table.prompts).toEqual(['say "hi",\nnow', "plain"]);
    expect(table.models.map(({ id }) => id)).toEqual(["b", "a"]);
    expect([...table.scores]).toEqual([1, 0.5, Number.NaN, 0]);
  });

  it("reads back what is written, whatever the prompts are", () => {
    const rows = fc.array(fc.record({ prompt: fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é") }), a: fc.constantFrom("0", "1", "0.5", ""), b: fc.constantFrom("0", "1") }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, (all) => {
        const text = ["prompt,a,b", ...all.map(({ prompt, a, b }) => `"${prompt.replaceAll('"', '""')}",${a},${b}`)].join("\r\n");
        const table = readOutcomesCsv(text, priceMap);
        expect(table.prompts).toEqual(all.map(({ prompt }) => prompt));
        expect([...table.scores]).toEqual(all.flatMap(({ a, b }) => [a === "" ? Number.NaN : Number(a), Number(b)]));
      }),
    );
  });

  it.each(["", "prompt", "question,a\nq,1", "prompt,a,a\nq,1,1", "prompt,a\n", "prompt,a\nq,2", "prompt,a\nq,-1", "prompt,a\nq,1e9", "prompt,a\nq,1,1", 'prompt,a\n"q,1', 'prompt,a\n"q"r,1', "prompt,c\nq,1"])("refuses %j, typed", (text) => {
    expect(code(() => readOutcomesCsv(text, priceMap))).toBe("InvalidOutcomes");
  });

  it("gives a table or a typed error for any text", () => {
    fc.assert(fc.property(fc.string(), (text) => { expect(code(() => readOutcomesCsv(`prompt,a\n${text}`, priceMap)) ?? "InvalidOutcomes").toBe("InvalidOutcomes"); }));
  });
});

describe("splitting", () => {
  const long = "the quick brown fox jumps over the lazy dog near the river bank at noon while the sun shines on";
  const prompts = [`${long} monday`, "What is two plus two?", `${long} tuesday`, "Who wrote Faust?", "What is two plus two?"];

  it("finds near-duplicates, and nothing else", () => {
    const groups = nearDuplicateGroups(prompts);
    expect(groups[0]).toBe(groups[2]);
    expect(groups[1]).toBe(groups[4]);
    expect(new Set(groups).size).toBe(3);
  });

  it("keeps groups whole, whatever the seed and the order", () => {
    fc.assert(
      fc.property(fc.integer(), fc.shuffledSubarray([...prompts.keys()], { minLength: 5 }), (seed, order) => {
        const share = { train: 0.4, tune: 0.3 };
        const split = splitByGroup(prompts, nearDuplicateGroups(prompts), seed, share);
        const parts = [split.train, split.tune, split.test];
        expect(parts.flat().sort()).toEqual([0, 1, 2, 3, 4]);
        expect(parts.some((part) => part.includes(0) && part.includes(2))).toBe(true);
        const shuffled = order.map((place) => prompts[place] ?? "");
        const again = splitByGroup(shuffled, nearDuplicateGroups(shuffled), seed, share);
        expect(again.test.map((place) => shuffled[place]).sort()).toEqual(split.test.map((place) => prompts[place]).sort());
      }),
    );
  });
});
