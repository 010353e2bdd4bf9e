import { CaioError, digest, type JsonObject, type JsonValue } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { GuaranteeEnforcer, type Clock, type EnforcedCall, type Enforcement, type PerCallPromise, type StreamLimits } from "../src/index.ts";
import { TestClock } from "./support/test-clock.ts";

const schema: JsonObject = { type: "object", required: ["language"], properties: { language: { type: "string" } } };
const call: EnforcedCall = { service: "ident", model: null, payload: { text: "guten Tag" } };
const promise: PerCallPromise = { deadlineUs: 1000, maxOutputTokens: null, costCapMicros: null, outputSchemaDigest: null, integrity: "sha256" };
const wall: Clock = {
  nowUs: () => performance.now() * 1000,
  setTimer: (delayUs, wake) => {
    const timer = setTimeout(wake, delayUs / 1000);
    return () => { clearTimeout(timer); };
  },
};

const delta = (value: unknown, outputTokens?: number): object => ({ kind: "delta", value, ...(outputTokens === undefined ? {} : { outputTokens }) });
const end = (more: object = {}): object => ({ kind: "end", finish: "stop", ...more });

/** What a source does, one step after another. */
function of(...events: readonly unknown[]): () => AsyncIterable<unknown> {
  // eslint-disable-next-line @typescript-eslint/require-await -- a source that need not wait
  return async function* () {
    yield* events;
  };
}

/** A promise that nothing settles. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Lets everything run that waits for no timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
}

interface Heard {
  readonly deltas: JsonValue[];
  readonly ended: Enforcement;
}

async function hear(
  source: (signal: AbortSignal) => AsyncIterable<unknown>,
  more: { call?: EnforcedCall; promise?: Partial<PerCallPromise>; limits?: StreamLimits; clock?: Clock } = {},
): Promise<Heard> {
  const enforcer = new GuaranteeEnforcer({ clock: more.clock ?? new TestClock() });
  const stream = enforcer.enforceStream(more.call ?? call, { ...promise, ...more.promise }, source, more.limits);
  const deltas: JsonValue[] = [];
  for (;;) {
    const step = await stream.next();
    if (step.done === true) return { deltas, ended: step.value };
    deltas.push(step.value);
  }
}

describe("a stream that keeps its promise", () => {
  it("gives copies of its deltas, and ends with their digest, the usage and the latency of the first", async () => {
    const clock = new TestClock();
    const value = { text: "a" };
    // eslint-disable-next-line @typescript-eslint/require-await -- a source that need not wait
    const { deltas, ended } = await hear(async function* () {
      clock.advance(300);
      yield delta(value);
      value.text = "changed afterwards";
      clock.advance(200);
      yield delta("b");
      yield end({ output: { language: "de" }, usage: { outputTokens: 2 } });
    }, { clock });
    expect(deltas).toEqual([{ text: "a" }, "b"]);
    expect(ended).toEqual({
      status: "success",
      output: { language: "de" },
      usage: { outputTokens: 2 },
      latencyUs: 500,
      resultDigest: digest([{ text: "a" }, "b"]),
      verdict: { holds: true, violations: [], unmeasured: [] },
      stream: { deltas: 2, firstDeltaUs: 300, outputTokens: { count: 2, measure: "said" } },
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it("may have no delta and no output", async () => {
    const { ended } = await hear(of(end()));
    expect(ended).toMatchObject({ status: "success", output: null, resultDigest: digest([]), stream: { deltas: 0 } });
  });

  it("counts what it is not told, as a lower bound, and says that it could not measure", async () => {
    const { ended } = await hear(of(delta("a"), delta("b", 3), delta("", 0), end()), { promise: { maxOutputTokens: 4 } });
    expect(ended).toMatchObject({
      status: "success",
      stream: { outputTokens: { count: 4, measure: "at_least" } },
      verdict: { unmeasured: ["max_output_tokens"] },
    });
  });

  it("does not count the time that its consumer takes", async () => {
    const clock = new TestClock();
    const stream = new GuaranteeEnforcer({ clock }).enforceStream(call, promise, of(delta("a"), end()), { betweenDeltasUs: 100 });
    await stream.next();
    clock.advance(900);
    expect((await stream.next()).value).toMatchObject({ status: "success", latencyUs: 0 });
  });

  it("is asked for the next part only when its consumer asks", async () => {
    let asked = 0;
    // eslint-disable-next-line @typescript-eslint/require-await -- a source that need not wait
    const source = async function* (): AsyncGenerator {
      for (;;) yield delta(++asked);
    };
    const stream = new GuaranteeEnforcer({ clock: new TestClock() }).enforceStream(call, promise, source);
    await stream.next();
    await stream.next();
    await settle();
    expect(asked).toBe(2);
    await stream.return();
  });
});

describe("a cap", () => {
  it("of tokens stops the stream before the delta that passes it", async () => {
    const { deltas, ended } = await hear(of(delta("a", 2), delta("b", 2), delta("c", 2), end()), { promise: { maxOutputTokens: 5 } });
    expect(deltas).toEqual(["a", "b"]);
    expect(ended).toMatchObject({
      status: "violation",
      error: { code: "GuaranteeViolation", details: { properties: ["max_output_tokens"] } },
      verdict: { violations: [{ property: "max_output_tokens", promised: 5, measured: 6 }] },
      resultDigest: digest(["a", "b"]),
      stream: { deltas: 2 },
    });
  });

  it("of cost stops it too", async () => {
    const paid: EnforcedCall = { ...call, reservedMicros: 10, costOf: (usage) => (usage?.outputTokens ?? 0) * 4 };
    const { deltas, ended } = await hear(of(delta("a"), delta("b"), delta("c"), end()), { call: paid, promise: { costCapMicros: 10 } });
    expect(deltas).toEqual(["a", "b"]);
    expect(ended).toMatchObject({ status: "violation", costMicros: 12, error: { details: { properties: ["cost_cap_micros"] } } });
  });

  it("holds for what is said at the end", async () => {
    const { ended } = await hear(of(delta("a"), end({ usage: { outputTokens: 9 } })), { promise: { maxOutputTokens: 5 } });
    expect(ended).toMatchObject({ status: "violation", error: { code: "GuaranteeViolation" } });
  });

  it("of characters ends a flood", async () => {
    const { deltas, ended } = await hear(of(delta("aaaa"), delta("bbbb"), end()), { limits: { maxChars: 6 } });
    expect(deltas).toEqual(["aaaa"]);
    expect(ended).toMatchObject({ status: "violation", verdict: { violations: [{ property: "result" }] } });
  });
});

describe("the output", () => {
  const promised = { promise: { outputSchemaDigest: digest(schema) }, call: { ...call, outputSchema: schema } };
  it.each([
    ["that satisfies its schema", { output: { language: "de" } }, "success"],
    ["that does not", { output: { language: 7 } }, "violation"],
    ["that is not there", {}, "violation"],
  ])("%s", async (_name, more, status) => {
    const { ended } = await hear(of(delta("a"), end(more)), promised);
    expect(ended.status).toBe(status);
  });
});

describe("time", () => {
  it.each([
    ["first_delta_us", [], 100],
    ["between_deltas_us", [delta("a")], 50],
  ] as const)("%s is watched", async (property, before, limitUs) => {
    const clock = new TestClock();
    let signal: AbortSignal | undefined;
    const enforcer = new GuaranteeEnforcer({ clock });
    const stream = enforcer.enforceStream(
      call,
      promise,
      async function* (given: AbortSignal) {
        signal = given;
        yield* before;
        await never();
      },
      { firstDeltaUs: 100, betweenDeltasUs: 50 },
    );
    for (const each of before) expect((await stream.next()).value).toBe((each as { value: unknown }).value);
    const waiting = stream.next();
    await settle();
    clock.advance(limitUs);
    expect((await waiting).value).toMatchObject({
      status: "timeout",
      error: { code: "DeadlineExceeded" },
      verdict: { violations: [{ property, promised: limitUs }] },
    });
    expect(signal?.aborted).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it("of the whole deadline ends it, even if nobody asks; who did not ask is not the service's fault", async () => {
    const clock = new TestClock();
    let signal: AbortSignal | undefined;
    const stream = new GuaranteeEnforcer({ clock }).enforceStream(call, promise, async function* (given: AbortSignal) {
      signal = given;
      yield delta("a");
      await never();
    });
    await stream.next();
    clock.advance(1000);
    expect(signal?.aborted).toBe(true);
    expect((await stream.next()).value).toMatchObject({ status: "cancelled", error: { code: "DeadlineExceeded" } });
  });

  it("that passed while the thread was busy has passed", async () => {
    const clock = new TestClock();
    const { ended } = await hear(
      // eslint-disable-next-line @typescript-eslint/require-await -- a source that need not wait
      async function* () {
        clock.stall(1001);
        yield delta("a");
      },
      { clock },
    );
    expect(ended).toMatchObject({ status: "timeout", verdict: { violations: [{ property: "deadline_us" }] } });
  });
});

describe("a consumer who leaves", () => {
  it.each(["between", "while waiting"])("%s aborts the source at once, and hears how it ended", async (when) => {
    let signal: AbortSignal | undefined;
    const clock = new TestClock();
    const stream = new GuaranteeEnforcer({ clock }).enforceStream(call, promise, async function* (given: AbortSignal) {
      signal = given;
      yield delta("a");
      await never();
    });
    await stream.next();
    const waiting = when === "between" ? undefined : stream.next();
    await settle();
    const left = stream.return();
    expect(signal?.aborted).toBe(true);
    expect((await left).value).toMatchObject({ status: "cancelled", resultDigest: digest(["a"]), stream: { deltas: 1 } });
    if (waiting !== undefined) expect((await waiting).done).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it("before the first part: the source is not opened", async () => {
    let opened = false;
    const stream = new GuaranteeEnforcer({ clock: new TestClock() }).enforceStream(call, promise, () => {
      opened = true;
      return of()();
    });
    expect((await stream.return()).value).toMatchObject({ status: "cancelled" });
    expect(opened).toBe(false);
  });
});

const oddValue = fc.oneof(
  fc.anything(),
  fc.constantFrom(Number.NaN, 1n, undefined, () => 1, Symbol("x"), new Date(0), new Map(), "\ud800"),
  fc.constant(new Proxy({}, { get: () => { throw new Error("trap"); }, ownKeys: () => { throw new Error("trap"); } })),
);
const oddStep = fc.oneof(
  fc.record({ does: fc.constant("yield" as const), value: fc.oneof(oddValue, oddValue.map((value) => delta(value)), fc.record({ kind: fc.constantFrom("delta", "end", 7), value: oddValue, finish: oddValue, output: oddValue, usage: oddValue })) }),
  fc.record({ does: fc.constant("throw" as const), value: fc.oneof(oddValue, fc.constant(new CaioError("ServiceUnavailable", "x"))) }),
  fc.record({ does: fc.constantFrom("hang" as const, "stop" as const, "step that is none" as const, "throw at once" as const), value: fc.constant(0) }),
  fc.record({ does: fc.constant("yield" as const), value: fc.string().map((text) => delta(text)) }),
);

type OddStep = typeof oddStep extends fc.Arbitrary<infer Step> ? Step : never;

/** An iterator that does the steps; the last one again and again. It ignores every abort. */
function odd(steps: readonly OddStep[]): () => AsyncIterable<unknown> {
  let at = 0;
  const next = (): Promise<IteratorResult<unknown>> => {
    const step = steps[Math.min(at++, steps.length - 1)];
    switch (step?.does) {
      case "yield":
        return Promise.resolve({ done: false, value: step.value });
      case "throw":
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a service may reject with anything
        return Promise.reject(step.value);
      case "hang":
        return never();
      case "throw at once":
        throw new TypeError("boom");
      case "step that is none":
        return Promise.resolve(undefined as unknown as IteratorResult<unknown>);
      default:
        return Promise.resolve({ done: true, value: undefined });
    }
  };
  return () => ({ [Symbol.asyncIterator]: () => ({ next, return: () => { throw new Error("never mind"); } }) });
}

describe("whatever a source does", () => {
  it("the stream ends in time, in one of the endings there are, and succeeds only after an end", async () => {
    const property = fc.asyncProperty(fc.array(oddStep, { minLength: 1, maxLength: 6 }), async (steps) => {
      const { deltas, ended } = await hear(odd(steps), { clock: wall, promise: { deadlineUs: 8000, maxOutputTokens: 500 } });
      const ends = steps.findIndex(({ does, value }) => does === "yield" && typeof value === "object" && value !== null && Reflect.getOwnPropertyDescriptor(value, "kind")?.value === "end");
      if (ended.status === "success") expect(ends).toBe(deltas.length);
      else expect(ended.error).toBeInstanceOf(CaioError);
      expect(ended.stream?.deltas).toBe(deltas.length);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it.each<[string, unknown]>([
    ["throws when it is opened", () => { throw new Error("boom"); }],
    ["is no iterable", () => 7],
    ["is nothing", () => undefined],
    ["has an iterator that is none", () => ({ [Symbol.asyncIterator]: () => ({}) })],
  ])("one that %s is an error", async (_name, source) => {
    const { ended } = await hear(source as () => AsyncIterable<unknown>);
    expect(ended).toMatchObject({ status: "error", error: { code: "ExecutionFailed" } });
  });

  it("one that stops without an end was cut, and one that ends twice ends once", async () => {
    expect((await hear(of(delta("a")))).ended).toMatchObject({ status: "error", error: { code: "ExecutionFailed", details: { reason: "cut" } } });
    expect((await hear(of(delta("a"), end(), end(), delta("b")))).deltas).toEqual(["a"]);
  });

  it("one that is always ready lets timers and others run, and ends by the deadline", async () => {
    let turns = 0;
    const timer = setInterval(() => { turns++; }, 1);
    // On a machine that stands still now and then all of a short deadline may pass in one turn, so this one ends when others have run.
    // eslint-disable-next-line @typescript-eslint/require-await -- a source that never waits
    const { ended: heard } = await hear(async function* () { while (turns < 3) yield delta(1, 0); yield end(); }, { clock: wall, promise: { deadlineUs: 20_000_000 } });
    clearInterval(timer);
    expect(heard.status).toBe("success");
    expect(turns).toBeGreaterThan(2);
    // eslint-disable-next-line @typescript-eslint/require-await -- a source that never waits
    const { ended } = await hear(async function* () { for (;;) yield delta(1, 0); }, { clock: wall, promise: { deadlineUs: 50_000 } });
    expect(ended.status).toBe("timeout");
  });
});
