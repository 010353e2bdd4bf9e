import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { CachedEncoder, ControlIntegrator, HashingEncoder, InMemoryMaia, type TextEncoding } from "../src/index.ts";

const hashing = new HashingEncoder();

/** Features that no two short texts share: one axis for each length. */
function featuresOf(text: string): number[] {
  return Array.from({ length: 64 }, (_, at) => (at === text.length % 64 ? 1_000_000 : 0));
}

/** Answers when told to, and counts what it was asked. */
class SlowEncoder {
  readonly id = "slow-1";
  readonly asked: (readonly string[])[] = [];
  #waiting: (() => void)[] = [];
  failing = false;

  encode = async (text: string) => (await this.encodeAll([text]))[0]?.field ?? [];
  features = (text: string) => Promise.resolve(featuresOf(text));

  async encodeAll(texts: readonly string[]): Promise<readonly TextEncoding[]> {
    this.asked.push([...texts]);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.failing) throw new Error("away");
    return texts.map((text) => ({ field: hashing.encode(text), features: featuresOf(text) }));
  }

  answer(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const made = (text: string): TextEncoding => ({ field: hashing.encode(text), features: featuresOf(text) });

describe("CachedEncoder", () => {
  it("asks for a text once, whoever waits for it, and for several in one call", async () => {
    const slow = new SlowEncoder();
    const cached = new CachedEncoder(slow);
    const both = Promise.all([cached.encodeAll(["a", "b", "a"]), cached.encodeAll(["b", "c"]), cached.encode("a"), cached.features?.("c")]);
    slow.answer();
    expect(await both).toEqual([[made("a"), made("b"), made("a")], [made("b"), made("c")], hashing.encode("a"), featuresOf("c")]);
    expect(slow.asked).toEqual([["a", "b"], ["c"]]);
    expect(await cached.encodeAll(["c", "a"])).toEqual([made("c"), made("a")]);
    expect(slow.asked).toHaveLength(2);
  });

  it("keeps no failure", async () => {
    const slow = new SlowEncoder();
    const cached = new CachedEncoder(slow);
    slow.failing = true;
    const first = Promise.allSettled([cached.encode("a"), cached.encode("a")]);
    slow.answer();
    expect((await first).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    slow.failing = false;
    const second = cached.encode("a");
    slow.answer();
    expect(await second).toEqual(hashing.encode("a"));
    expect(slow.asked).toHaveLength(2);
  });

  it("tells one tenant nothing of what another asked", async () => {
    const slow = new SlowEncoder();
    const cached = new CachedEncoder(slow);
    const all = Promise.all([cached.encodeAll(["a"], { tenant: "acme" }), cached.encodeAll(["a"], { tenant: "other" }), cached.encodeAll(["a"], { tenant: "acme" })]);
    slow.answer();
    await all;
    expect(slow.asked).toEqual([["a"], ["a"]]);
  });

  it("keeps what was used last, within both of its bounds", async () => {
    const asked: string[] = [];
    const counting = { id: "counting", encode: (text: string) => { asked.push(text); return hashing.encode(text); } };
    const cached = new CachedEncoder(counting, { entries: 2 });
    for (const text of ["a", "b", "a", "c", "a", "b"]) await cached.encode(text);
    expect(asked).toEqual(["a", "b", "c", "b"]);
    expect(cached.size.entries).toBe(2);
    const small = new CachedEncoder(counting, { bytes: cached.size.bytes });
    for (const text of ["a", "b", "c"]) await small.encode(text);
    expect(small.size).toEqual(cached.size);
    const none = new CachedEncoder(counting, { entries: 0 });
    expect(await none.encode("a")).toEqual(hashing.encode("a"));
    expect(none.size).toEqual({ entries: 0, bytes: 0 });
  });

  it("gives what the encoder gives, in any order of asking and under any bounds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.constantFrom("a", "bb", "ccc", "dddd"), { maxLength: 5 }), { maxLength: 6 }), fc.nat({ max: 3 }), fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), async (calls, entries, featured) => {
        const cached = new CachedEncoder({ id: "sync", encode: (text) => hashing.encode(text), features: featuresOf }, { entries, salt: Uint8Array.of(1, 2) });
        const answers = await Promise.all(calls.map((texts, at) => cached.encodeAll(texts, { features: featured[at] ?? false })));
        for (const [at, texts] of calls.entries()) {
          for (const [index, text] of texts.entries()) {
            expect(answers[at]?.[index]?.field).toEqual(hashing.encode(text));
            if (featured[at] === true) expect(answers[at]?.[index]?.features).toEqual(featuresOf(text));
          }
        }
        expect(cached.size.entries).toBeLessThanOrEqual(entries);
      }),
      { numRuns: 50 },
    );
  });

  it("refuses an encoder that leaves a text out", async () => {
    const short = { id: "short", encode: (text: string) => Promise.resolve(hashing.encode(text)), encodeAll: () => Promise.resolve([]) };
    await expect(new CachedEncoder(short).encodeAll(["a"])).rejects.toMatchObject({ code: "InvalidField" });
  });
});

describe("fields with what learning sees", () => {
  const document = { intent: { text: "hello", categories: [] }, context: [{ role: "user", text: "world" }] };
  const encoder = { id: "featured", encode: (text: string) => hashing.encode(text), features: featuresOf };

  it("has features of the intent where they are asked for, and nothing of them elsewhere", async () => {
    const plain = { encoderId: "featured", intent: hashing.encode("hello"), context: [hashing.encode("world")] };
    const featured = { ...plain, features: featuresOf("hello") };
    expect(await new ControlIntegrator({ encoder }).readFields(document)).toEqual(plain);
    expect(await new ControlIntegrator({ encoder }).readFields(document, { features: true })).toEqual(featured);
    expect(await new ControlIntegrator({ encoder, features: true }).readFields(document)).toEqual(featured);
    expect(await new ControlIntegrator({ encoder, features: true }).readFields(document, { features: false })).toEqual(plain);
  });

  it("has those of the text where MAIA gives the field", async () => {
    const field = hashing.encode("something else");
    const fields = await new ControlIntegrator({ encoder, features: true, maia: new InMemoryMaia({ reading: { field } }) }).readFields(document);
    expect([fields.intent, fields.features]).toEqual([field, featuresOf("hello")]);
  });

  it("does without where the encoder gives none", async () => {
    const plain = { id: "plain", encode: (text: string) => hashing.encode(text) };
    expect(await new ControlIntegrator({ encoder: plain, features: true }).readFields(document)).not.toHaveProperty("features");
  });
});
