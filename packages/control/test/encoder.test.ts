import type { Field } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  computeIntentScore,
  contractText,
  ControlIntegrator,
  encodeContract,
  encodeContracts,
  extractFieldState,
  HashingEncoder,
  InMemoryMaia,
  prepareEncoding,
  prepareFields,
  type EncodedContract,
} from "../src/index.ts";
import { singleBin } from "./arbitraries.ts";

const encoder = new HashingEncoder();
const zero: Field = new Array<number>(128).fill(0);

/** Any code points, halves of surrogate pairs among them. */
const anyText = fc
  .array(fc.oneof(fc.nat({ max: 0x10ffff }), fc.integer({ min: 0x20, max: 0x7e })), { maxLength: 60 })
  .map((points) => String.fromCodePoint(...points));

const contract: EncodedContract = {
  serviceId: "lang-id",
  name: "Language identifier",
  description: "Says which language a text is in.",
  capabilities: [
    { type: "language.identify", parameters: { size: { minMicros: 1 }, mode: "fast", languages: ["de", "en"] } },
    { type: "text.measure", parameters: {} },
  ],
  models: [
    { id: "a", capabilities: [{ type: "text.measure", parameters: {} }] },
    { id: "b", capabilities: [{ type: "script.identify", parameters: { strict: true } }] },
  ],
  metadata: { tags: ["fast", "text"], category: "language" },
};

function likeness(a: string, b: string): number {
  return computeIntentScore(prepareEncoding(encoder.encode(b)), prepareFields({ intent: encoder.encode(a), context: [] }));
}

describe("HashingEncoder", () => {
  it("gives, for any text, 128 integers in the high band of norm ½, or zeros", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const field = encoder.encode(text);
        expect(field.length).toBe(128);
        expect(field.every(Number.isSafeInteger)).toBe(true);
        const state = extractFieldState(field);
        if (field.every((part) => part === 0)) return;
        expect(Math.abs(state.energyMicros - 250_000)).toBeLessThan(10);
        expect(state.highConductivityMicros).toBe(1_000_000);
        expect(encoder.encode(text)).toEqual(field);
      }),
      { numRuns: 60 },
    );
  });

  it("gives zeros for text without words", () => {
    for (const text of ["", "   \n", "…!?", "\ud800"]) expect(encoder.encode(text)).toEqual(zero);
  });

  it("does not mind case, width, composition or punctuation", () => {
    const expected = encoder.encode("café straße 42");
    for (const text of ["CAFÉ, straße: 42!", "cafe\u0301 straße ４２", "  café\tstraße\n42  "]) {
      expect(encoder.encode(text)).toEqual(expected);
    }
  });

  it("counts a feature once, but tells word order apart", () => {
    expect(encoder.encode("no no no no")).toEqual(encoder.encode("no no"));
    expect(encoder.encode("dog bites man")).not.toEqual(encoder.encode("man bites dog"));
  });

  it("finds texts with common words alike, and others not", () => {
    const near = likeness("Translate this letter into German", "Translates letters and mails into German or French");
    const far = likeness("Translate this letter into German", "Resizes and crops photographs");
    expect(near).toBeGreaterThan(150_000);
    expect(far).toBeLessThan(near / 3);
  });

  it("looks at 16 384 units of a text, before and after it is normalised", () => {
    const long = "word ".repeat(4000);
    expect(encoder.encode(`${long} zebra`)).toEqual(encoder.encode("word word"));
    // One character that NFKC turns into 18.
    const swelling = "\ufdfa".repeat(1000);
    expect(encoder.encode(`${swelling} zebra`)).toEqual(encoder.encode(swelling));
    expect(encoder.encode(`${"word ".repeat(3000)} zebra`)).not.toEqual(encoder.encode("word word"));
  });
});

describe("contract encoding", () => {
  it("takes the parts in the order stated", () => {
    expect(contractText(contract).split("\n")).toEqual([
      "Language identifier",
      "Says which language a text is in.",
      "language",
      "fast text",
      "language.identify languages de en mode fast",
      "text.measure",
      "script.identify",
    ]);
    expect(contractText({ serviceId: "x", capabilities: [], models: [], metadata: { tags: [] } })).toBe("x");
  });

  it("adds the mean of its examples' fields, alone or with others", async () => {
    const examples = ["Is this Polish?", "Guten Tag: what is that?"];
    const told = { ...contract, metadata: { ...contract.metadata, examples } };
    const fields = examples.map((text) => encoder.encode(text));
    const [first = [], second = []] = fields;
    const expected = encodeContract(contract, encoder).map((value, part) => value + ((first[part] ?? 0) + (second[part] ?? 0)) / 2);
    const encoding = encodeContract(told, encoder);
    expect(Math.max(...encoding.map((value, part) => Math.abs(value - (expected[part] ?? 0))))).toBeLessThanOrEqual(0.5 + 1e-6);
    expect(await encodeContracts([contract, told, contract], encoder)).toEqual([encodeContract(contract, encoder), encoding, encodeContract(contract, encoder)]);
    const score = (of: Field): number => computeIntentScore(prepareEncoding(of), prepareFields({ intent: encoder.encode("Is this Polish?"), context: [] }));
    expect(score(encoding)).toBeGreaterThan(score(encodeContract(contract, encoder)));
  });

  it("answers an intent that speaks of it", () => {
    const encoding = prepareEncoding(encodeContract(contract, encoder));
    const score = (text: string) => computeIntentScore(encoding, prepareFields({ intent: encoder.encode(text), context: [] }));
    expect(score("Which language is this text?")).toBeGreaterThan(score("Book a flight to Lisbon"));
  });
});

describe("ControlIntegrator", () => {
  const document = { intent: { text: "hello", categories: [] }, context: [{ role: "user", text: "world" }] };

  it("encodes intent and context where MAIA reports nothing", async () => {
    const expected = { encoderId: "caio-hash-1", intent: encoder.encode("hello"), context: [encoder.encode("world")] };
    expect(await new ControlIntegrator({ encoder }).readFields(document)).toEqual(expected);
    expect(await new ControlIntegrator({ encoder, maia: new InMemoryMaia() }).readFields(document)).toEqual(expected);
  });

  it("takes MAIA's field and rate where there are any, and an encoder that answers later", async () => {
    const reading = { field: singleBin(20, 300_000), rate: singleBin(21, 200_000) };
    const slow = { id: "slow", encode: (text: string) => Promise.resolve(encoder.encode(text)) };
    const integrator = new ControlIntegrator({ encoder: slow, maia: new InMemoryMaia({ reading }) });
    expect(await integrator.readFields(document)).toEqual({
      encoderId: "slow",
      intent: reading.field,
      intentRate: reading.rate,
      context: [encoder.encode("world")],
    });
  });

  it("encodes an intent without text as the zero field", async () => {
    const fields = await new ControlIntegrator({ encoder }).readFields({ intent: { categories: [] }, context: [] });
    expect(fields).toEqual({ encoderId: "caio-hash-1", intent: zero, context: [] });
  });

  it("delivers u to MAIA, which keeps the last ones", async () => {
    const maia = new InMemoryMaia({ capacity: 2 });
    const integrator = new ControlIntegrator({ encoder, maia });
    for (const boundMicros of [1, 2, 3]) {
      await integrator.deliver({ kind: "nudge", u: zero, energyBeforeMicros: 0, boundMicros, scaled: false });
    }
    expect(maia.signals.map((signal) => signal.boundMicros)).toEqual([2, 3]);
  });
});
