import { CaioError, digest, type JsonObject } from "@caio/core";
import { describe, expect, it } from "vitest";

import { GuaranteeEnforcer, type EnforcedCall, type PerCallPromise } from "../src/index.ts";
import { TestClock } from "./support/test-clock.ts";

const schema: JsonObject = { type: "object", required: ["language"], properties: { language: { type: "string" } } };
const call: EnforcedCall = { service: "ident", model: null, payload: { text: "guten Tag" } };
const promise: PerCallPromise = {
  deadlineUs: 1000,
  maxOutputTokens: null,
  costCapMicros: null,
  outputSchemaDigest: null,
  integrity: "sha256",
};

function enforcer(clock = new TestClock()): GuaranteeEnforcer {
  return new GuaranteeEnforcer({ clock });
}

/** Lets everything run that waits for no timer. */
async function settle(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}

describe("a call that keeps its promise", () => {
  it("returns a copy of the output with its digest and measured latency", async () => {
    const clock = new TestClock();
    const output = { language: "de" };
    const ended = await enforcer(clock).enforce(call, promise, () => {
      clock.advance(400);
      return Promise.resolve({ output, usage: { inputTokens: 3 } });
    });
    output.language = "changed afterwards";
    expect(ended).toEqual({
      status: "success",
      output: { language: "de" },
      usage: { inputTokens: 3 },
      latencyUs: 400,
      resultDigest: digest({ language: "de" }),
      verdict: { holds: true, violations: [], unmeasured: [] },
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it("measures cost and says what the service did not report", async () => {
    const ended = await enforcer().enforce(
      { ...call, reservedMicros: 10, costOf: () => 7 },
      { ...promise, costCapMicros: 10, maxOutputTokens: 5 },
      () => ({ output: 1 }),
    );
    expect(ended).toMatchObject({ status: "success", costMicros: 7, verdict: { unmeasured: ["max_output_tokens"] } });
  });
});

describe("time", () => {
  it("ends a call that hangs for ever and aborts its signal", async () => {
    const clock = new TestClock();
    let signal: AbortSignal | undefined;
    const pending = enforcer(clock).enforce(call, promise, (given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    await settle();
    clock.advance(1001);
    const ended = await pending;
    expect(ended).toMatchObject({
      status: "timeout",
      error: { code: "DeadlineExceeded" },
      latencyUs: 1001,
      verdict: { holds: false, violations: [{ property: "deadline_us", promised: 1000, measured: 1001 }] },
    });
    expect(signal?.aborted).toBe(true);
  });

  it("refuses an answer that came late although no timer fired", async () => {
    const clock = new TestClock();
    const ended = await enforcer(clock).enforce(call, promise, () => {
      clock.stall(1001);
      return { output: 1 };
    });
    expect(ended.status).toBe("timeout");
  });

  it("ignores what a service does after its time: answering, failing", async () => {
    const clock = new TestClock();
    let fail: (error: Error) => void = () => undefined;
    const pending = enforcer(clock).enforce(call, promise, () => new Promise((_, reject) => (fail = reject)));
    await settle();
    clock.advance(1000);
    expect((await pending).status).toBe("timeout");
    fail(new Error("too late"));
    await settle();
  });

  it("may be left in fractions, and is measured in whole microseconds", async () => {
    const clock = new TestClock();
    const ended = await enforcer(clock).enforce(call, { ...promise, deadlineUs: 10.5 }, () => {
      clock.stall(3.2);
      return { output: 1 };
    });
    expect(ended).toMatchObject({ status: "success", latencyUs: 4 });
  });

  it("stops when the caller goes away, and does not begin if he is gone", async () => {
    const controller = new AbortController();
    const gone = { ...call, signal: controller.signal };
    const pending = enforcer().enforce(gone, promise, () => new Promise(() => undefined));
    await settle();
    controller.abort();
    expect((await pending).status).toBe("cancelled");
    let begun = false;
    const again = await enforcer().enforce(gone, promise, () => (begun = true));
    expect([again.status, begun]).toEqual(["cancelled", false]);
  });
});

describe("a promise without a deadline", () => {
  it("still ends a call that hangs", async () => {
    const clock = new TestClock();
    const lasting = new GuaranteeEnforcer({ clock, longestUs: 5000 });
    const pending = lasting.enforce(call, { ...promise, deadlineUs: null }, () => new Promise(() => undefined));
    await settle();
    clock.advance(5000);
    expect((await pending).status).toBe("timeout");
  });
});

describe("services that misbehave", () => {
  const cyclic: { output: unknown } = { output: null };
  cyclic.output = cyclic;
  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trap");
      },
      ownKeys: () => {
        throw new Error("trap");
      },
      getPrototypeOf: () => {
        throw new Error("trap");
      },
    },
  );
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["text", "hello"],
    ["no output", {}],
    ["a cycle", cyclic],
    ["a function", { output: () => 1 }],
    ["a bigint", { output: 1n }],
    ["NaN", { output: { deep: [Number.NaN] } }],
    ["a lone surrogate", { output: "\ud800" }],
    ["a date", { output: new Date(0) }],
    ["a trap as output", { output: trap }],
    ["a huge sparse array", { output: new Array(2 ** 31) }],
    ["negative usage", { output: 1, usage: { outputTokens: -1 } }],
    ["garbage usage", { output: 1, usage: "many" }],
  ])("returns %s: the result is refused", async (_name, value) => {
    const ended = await enforcer().enforce(call, promise, () => value);
    expect(ended).toMatchObject({
      status: "violation",
      error: { code: "GuaranteeViolation" },
      verdict: { holds: false, violations: [{ property: "result" }] },
    });
  });

  it.each<[string, unknown]>([
    ["an error with a secret in it", new Error("token s3cret")],
    ["undefined", undefined],
    ["text", "s3cret"],
    ["a trap", trap],
  ])("rejects with %s: ExecutionFailed that repeats none of it", async (_name, rejection) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const ended = await enforcer().enforce(call, promise, () => Promise.reject(rejection));
    expect(ended.status).toBe("error");
    const error = "error" in ended ? ended.error.toJSON() : undefined;
    expect(error?.code).toBe("ExecutionFailed");
    expect(JSON.stringify(error)).not.toContain("s3cret");
  });

  it("throws at once, resolves twice, or settles and then throws", async () => {
    const thrown = await enforcer().enforce(call, promise, () => {
      throw new Error("at once");
    });
    expect(thrown).toMatchObject({ status: "error", error: { code: "ExecutionFailed" } });
    const twice = await enforcer().enforce(
      call,
      promise,
      () =>
        new Promise((resolve, reject) => {
          resolve({ output: 1 });
          resolve({ output: 2 });
          reject(new Error("and a third time"));
        }),
    );
    expect(twice).toMatchObject({ status: "success", output: 1 });
  });

  it("keeps the typed errors of an executor, and the code alone of any other", async () => {
    const refused = new CaioError("ServiceUnavailable", `Service ${call.service}: no connection.`, { details: { service: call.service, reason: "ECONNREFUSED" } });
    const ended = await enforcer().enforce(call, promise, () => Promise.reject(refused));
    expect(ended).toMatchObject({ status: "error", error: refused });
    const down = new CaioError("ServiceUnavailable", "no connection");
    expect(await enforcer().enforce(call, promise, () => Promise.reject(down))).toMatchObject({ status: "error", error: { code: "ServiceUnavailable", cause: down } });
    const slow = new CaioError("DeadlineExceeded", "the executor gave up");
    expect((await enforcer().enforce(call, promise, () => Promise.reject(slow))).status).toBe("timeout");
    const odd = new CaioError("UnknownPolicy", "not an executor's word");
    expect(await enforcer().enforce(call, promise, () => Promise.reject(odd))).toMatchObject({
      error: { code: "ExecutionFailed" },
    });
  });

  it.each(["DeadlineExceeded", "ExecutionFailed", "GuaranteeViolation", "IntegrityViolation", "ServiceUnavailable", "InvalidRequest"] as const)(
    "passes on neither words nor details of a service that throws %s, and names the service",
    async (code) => {
      const prefix = `Service ${call.service}: `;
      for (const [message, details] of [
        ["card 4111", {}],
        [`${prefix}card 4111`, {}],
        ["card 4111", { service: call.service, card: "4111" }],
        [`${prefix}4111${"x".repeat(1_000_000)}`, { service: call.service }],
      ] as const) {
        const thrown = new CaioError(code, message, { details });
        const { error } = (await enforcer().enforce(call, promise, () => Promise.reject(thrown))) as { error: CaioError };
        expect(JSON.stringify(error)).not.toContain("4111");
        expect(error.message).toContain(call.service);
        expect(error.message.length).toBeLessThan(200);
        expect(error).toMatchObject({ code: code === "InvalidRequest" ? "ExecutionFailed" : code, cause: thrown });
      }
    },
  );

  it("changes the payload it was given: IntegrityViolation", async () => {
    const payload = { text: "original" };
    const ended = await enforcer().enforce({ ...call, payload }, promise, () => {
      payload.text = "tampered";
      return { output: 1 };
    });
    expect(ended).toMatchObject({ status: "violation", error: { code: "IntegrityViolation" } });
  });
});

describe("schema, tokens and cost", () => {
  const withSchema = { ...promise, outputSchemaDigest: digest(schema) };

  it("holds the output to the schema that was promised", async () => {
    const run = (output: unknown) => enforcer().enforce({ ...call, outputSchema: schema }, withSchema, () => ({ output }));
    expect((await run({ language: "de" })).status).toBe("success");
    expect(await run({ language: 7 })).toMatchObject({
      status: "violation",
      error: { code: "GuaranteeViolation", details: { properties: ["output_schema"] } },
      verdict: { violations: [{ measured: "#/properties/language/type" }] },
    });
    // A schema that is only named cannot be checked, and the verdict says so.
    const text = "schemas/out.json";
    const unchecked = await enforcer().enforce(
      { ...call, outputSchema: text },
      { ...promise, outputSchemaDigest: digest(text) },
      () => ({ output: 7 }),
    );
    expect(unchecked).toMatchObject({ status: "success", verdict: { unmeasured: ["output_schema"] } });
    // Inherited names are not members.
    const named: JsonObject = { required: ["constructor"] };
    const ended = await enforcer().enforce(
      { ...call, outputSchema: named },
      { ...promise, outputSchemaDigest: digest(named) },
      () => ({ output: {} }),
    );
    expect(ended.status).toBe("violation");
  });

  it("does not begin with another schema than the promised one, or with one that is refused", async () => {
    let begun = false;
    const run = (): unknown => (begun = true);
    const other = await enforcer().enforce({ ...call, outputSchema: {} }, withSchema, run);
    const missing = await enforcer().enforce(call, withSchema, run);
    const remote: JsonObject = { $ref: "https://example.org/schema" };
    const refused = await enforcer().enforce(
      { ...call, outputSchema: remote },
      { ...promise, outputSchemaDigest: digest(remote) },
      run,
    );
    for (const ended of [other, missing, refused]) {
      expect(ended).toMatchObject({ status: "error", error: { code: "InvalidContract" } });
    }
    expect(begun).toBe(false);
  });

  it("reports every cap that was passed", async () => {
    const ended = await enforcer().enforce(
      { ...call, reservedMicros: 10, costOf: () => 11 },
      { ...promise, maxOutputTokens: 4, costCapMicros: 10 },
      () => ({ output: 1, usage: { outputTokens: 5 } }),
    );
    expect(ended).toMatchObject({
      status: "violation",
      costMicros: 11,
      verdict: {
        violations: [
          { property: "max_output_tokens", promised: 4, measured: 5 },
          { property: "cost_cap_micros", promised: 10, measured: 11 },
        ],
      },
    });
  });

  it.each([
    [{ ...promise, deadlineUs: 0 }, "DeadlineExceeded"],
    [{ ...promise, deadlineUs: Number.NaN }, "DeadlineExceeded"],
    [{ ...promise, maxOutputTokens: -1 }, "GuaranteeViolation"],
    [{ ...promise, costCapMicros: 5 }, "BudgetExceeded"],
  ] as const)("does not admit a call under %j", async (refused, code) => {
    let begun = false;
    const ended = await enforcer().enforce(call, refused, () => (begun = true));
    expect(ended).toMatchObject({ error: { code } });
    expect(begun).toBe(false);
  });
});
