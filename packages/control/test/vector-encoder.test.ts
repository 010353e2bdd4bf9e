import { CaioError } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { encodeContracts, encodeVector, HashingEncoder, joinFeatures, VectorEncoder, type BatchLimits, type TextEncoding } from "../src/index.ts";

const DIMENSIONS = 8;

function vectorOf(text: string): number[] {
  return Array.from({ length: DIMENSIONS }, (_, at) => ((text.codePointAt(at % Math.max(1, text.length)) ?? 0) % 17) - 5 + at);
}

/** The vector, and beside it what the text itself shows. */
function encodingOf(vector: number[], text: string): Required<TextEncoding> {
  const { field, features } = encodeVector(vector);
  return { field, features: joinFeatures(features, new HashingEncoder().features(text)) };
}

/** A model that notes what it is asked, and that may refuse a text or be away. */
class NotedModel {
  readonly id = "noted-1";
  readonly dimensions = DIMENSIONS;
  readonly maxUnits = 100;
  readonly calls: (readonly string[])[] = [];
  running = 0;
  mostRunning = 0;
  fault: ((texts: readonly string[]) => Error | undefined) | undefined;
  readonly batch: BatchLimits;

  constructor(batch: Partial<BatchLimits> = {}) {
    this.batch = { texts: 4, units: 1000, calls: 1, ...batch };
  }

  async vectorsOf(texts: readonly string[]): Promise<readonly number[][]> {
    this.calls.push([...texts]);
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    await new Promise((resolve) => setImmediate(resolve));
    this.running -= 1;
    const fault = this.fault?.(texts);
    if (fault !== undefined) throw fault;
    return texts.map(vectorOf);
  }
}

describe("VectorEncoder", () => {
  it("gives every text the encoding of its own vector, in batches within the bounds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }), { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 10, max: 60 }), fc.integer({ min: 1, max: 3 }), async (texts, most, units, calls) => {
        const model = new NotedModel({ texts: most, units, calls });
        const encoder = new VectorEncoder(model);
        const encodings = await encoder.encodeAll(texts);
        for (const [at, text] of texts.entries()) if (text.trim() !== "") expect(encodings[at]).toEqual(encodingOf(vectorOf(text), text));
        expect(model.mostRunning).toBeLessThanOrEqual(calls);
        for (const call of model.calls) {
          expect(call.length).toBeLessThanOrEqual(most);
          if (call.length > 1) expect(call.join("").length).toBeLessThanOrEqual(units);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("asks in one call for what is asked in one turn, and while a call runs", async () => {
    const model = new NotedModel();
    const encoder = new VectorEncoder(model);
    const first = Promise.all([encoder.encode("a"), encoder.features("b")]);
    await new Promise((resolve) => { queueMicrotask(() => { resolve(undefined); }); });
    const second = Promise.all(["c", "d", "e"].map((text) => encoder.encode(text)));
    expect(await first).toEqual([encodingOf(vectorOf("a"), "a").field, encodingOf(vectorOf("b"), "b").features]);
    await second;
    expect(model.calls).toEqual([["a", "b"], ["c", "d", "e"]]);
  });

  it("lets nobody wait for all of another's texts", async () => {
    const model = new NotedModel({ texts: 3 });
    const encoder = new VectorEncoder(model);
    const many = encoder.encodeAll(Array.from({ length: 12 }, (_, at) => `many ${String(at)}`));
    await new Promise((resolve) => { queueMicrotask(() => { resolve(undefined); }); });
    const few = Promise.all([encoder.encode("one"), encoder.encode("other")]);
    await few;
    expect(model.calls.slice(0, 2)).toEqual([["many 0", "many 1", "many 2"], ["many 3", "one", "other"]]);
    await many;
    expect(model.calls.flat().filter((text) => text.startsWith("many"))).toEqual(Array.from({ length: 12 }, (_, at) => `many ${String(at)}`));
  });

  it("does not ask for blank text, cuts long text between characters, and mends halves of characters", async () => {
    const model = new NotedModel();
    const encoder = new VectorEncoder(model);
    const [blank, empty] = await encoder.encodeAll([" \n", "", `${"a".repeat(99)}🙂b`, "x\ud800y"]);
    expect([blank, empty]).toEqual([encodingOf(new Array<number>(DIMENSIONS).fill(0), ""), encodingOf(new Array<number>(DIMENSIONS).fill(0), "")]);
    expect(model.calls).toEqual([["a".repeat(99), "x\ufffdy"]]);
  });

  it("lets nobody's text fail for another's", async () => {
    const model = new NotedModel();
    model.fault = (texts) => (texts.includes("bad") ? new CaioError("ExecutionFailed", "refused") : undefined);
    const encoder = new VectorEncoder(model);
    const settled = await Promise.allSettled(["a", "bad", "b"].map((text) => encoder.encode(text)));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("does not ask one by one a model that is away", async () => {
    const model = new NotedModel();
    model.fault = () => new CaioError("ServiceUnavailable", "away");
    const encoder = new VectorEncoder(model);
    const settled = await Promise.allSettled(["a", "b"].map((text) => encoder.encode(text)));
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(model.calls).toHaveLength(1);
    model.fault = undefined;
    expect(await encoder.encode("a")).toEqual(encodingOf(vectorOf("a"), "a").field);
  });

  it("refuses answers that are none", async () => {
    const bad: unknown[] = [[], [[1, 2]], [vectorOf("a"), vectorOf("b")], [new Array(DIMENSIONS).fill(Number.NaN)], [new Array(DIMENSIONS).fill("1")], [new Array(DIMENSIONS).fill(null)]];
    for (const vectors of bad) {
      const encoder = new VectorEncoder({ ...{ id: "bad-1", dimensions: DIMENSIONS, maxUnits: 10, batch: { texts: 2, units: 10, calls: 1 } }, vectorsOf: () => Promise.resolve(vectors as number[][]) });
      await expect(encoder.encode("a"), JSON.stringify(vectors)).rejects.toMatchObject({ code: "ExecutionFailed", details: { encoder: "bad-1" } });
    }
  });

  it("says that it is overloaded before it keeps texts without end", async () => {
    const encoder = new VectorEncoder({ id: "stuck-1", dimensions: DIMENSIONS, maxUnits: 10, batch: { texts: 1, units: 10, calls: 1 }, vectorsOf: () => new Promise(() => undefined) });
    const asked = Array.from({ length: 4096 }, () => encoder.encode("a"));
    await expect(encoder.encode("b")).rejects.toMatchObject({ code: "Overloaded" });
    expect(asked).toHaveLength(4096);
  });
});

describe("encodeContracts", () => {
  it("encodes all in one call", async () => {
    const model = new NotedModel();
    const contract = (name: string) => ({ serviceId: name, capabilities: [], models: [], metadata: { tags: [] } });
    const fields = await encodeContracts([contract("one"), contract("two")], new VectorEncoder(model));
    expect(fields).toEqual(["one", "two"].map((name) => encodeVector(vectorOf(name)).field));
    expect(model.calls).toEqual([["one", "two"]]);
  });

  it("encodes more of them than may wait at a time", async () => {
    const encoder = new VectorEncoder({ id: "many-1", dimensions: DIMENSIONS, maxUnits: 100, batch: { texts: 256, units: 10_000, calls: 1 }, vectorsOf: (texts) => Promise.resolve(texts.map(vectorOf)) });
    const contracts = Array.from({ length: 5000 }, (_, at) => ({ serviceId: `service-${String(at)}`, capabilities: [], models: [], metadata: { tags: [] } }));
    const fields = await encodeContracts(contracts, encoder);
    expect(fields).toHaveLength(5000);
    expect(fields[4999]).toEqual(encodeVector(vectorOf("service-4999")).field);
  });
});
