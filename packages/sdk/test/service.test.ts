import { setTimeout as delay } from "node:timers/promises";

import { CaioError } from "@caio/core";
import type { ServiceCall } from "@caio/contracts";
import { describe, expect, it } from "vitest";

import { defineService } from "../src/index.ts";
import { sampleContract } from "./sample-contract.ts";

describe("a service in process", () => {
  it("initialises once, however many calls come first, and hands the state on", async () => {
    let initialised = 0;
    const service = defineService({
      contract: sampleContract(),
      initialize: async () => {
        await delay(5);
        initialised += 1;
        return { greeting: "hello" };
      },
      execute: (payload, { state }) => ({ said: state.greeting, payload }),
    });
    const results = await Promise.all([service.call(1), service.call(2), service.call(3)]);
    expect(results.map((result) => result.output)).toEqual([1, 2, 3].map((payload) => ({ said: "hello", payload })));
    expect(initialised).toBe(1);
  });

  it("is unavailable when it cannot initialise, and tries again at the next call", async () => {
    let attempts = 0;
    const service = defineService({
      contract: sampleContract(),
      initialize: () => {
        attempts += 1;
        if (attempts === 1) throw new Error("no model file");
        return attempts;
      },
      execute: (_payload, { state }) => state,
    });
    await expect(service.call(null)).rejects.toMatchObject({ code: "ServiceUnavailable" });
    expect((await service.call(null)).output).toBe(2);
  });

  it("answers at the deadline even if the work never ends, and tells the work to stop", async () => {
    let aborted = false;
    const service = defineService({
      contract: sampleContract(),
      execute: (_payload, { signal }) => {
        signal.addEventListener("abort", () => { aborted = true; });
        return new Promise<never>(() => undefined);
      },
    });
    await expect(service.call(null, { deadlineUs: 20_000 })).rejects.toMatchObject({ code: "DeadlineExceeded" });
    expect(aborted).toBe(true);
  });

  it("does not start work that has no time left", async () => {
    let ran = false;
    const service = defineService({ contract: sampleContract(), execute: () => { ran = true; return null; } });
    await expect(service.call(null, { deadlineUs: 0 })).rejects.toMatchObject({ code: "DeadlineExceeded" });
    await expect(service.call(null, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "ExecutionFailed",
      details: { cancelled: true },
    });
    expect(ran).toBe(false);
  });

  it("withholds an answer that its own check finds wrong", async () => {
    const service = defineService({
      contract: sampleContract(),
      execute: () => ({ language: "xx" }),
      verifyGuarantees: () => [{ property: "output_schema", reason: "language is no ISO 639-1 code" }],
    });
    await expect(service.call("secret text")).rejects.toMatchObject({
      code: "GuaranteeViolation",
      details: { broken: [{ property: "output_schema", reason: "language is no ISO 639-1 code" }] },
    });
  });

  it("hides foreign errors, keeps its own, and refuses what JSON cannot hold", async () => {
    const foreign = defineService({
      contract: sampleContract(),
      execute: () => { throw new Error("card 4111 1111 1111 1111"); },
    });
    const error = await foreign.call(null).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "ExecutionFailed" });
    expect(JSON.stringify(error)).not.toContain("4111");

    const own = defineService({
      contract: sampleContract(),
      execute: () => { throw new CaioError("InvalidRequest", "text is missing"); },
    });
    await expect(own.call(null)).rejects.toMatchObject({ code: "InvalidRequest" });

    const nan = defineService({ contract: sampleContract(), execute: () => Number.NaN });
    await expect(nan.call(null)).rejects.toMatchObject({ code: "ExecutionFailed", cause: { code: "NotCanonical" } });
  });

  it("holds the contract's limit of calls at once", async () => {
    const service = defineService({
      contract: sampleContract({}, { maxConcurrentRequests: 1 }),
      execute: async () => { await delay(20); return "done"; },
    });
    const first = service.call(null);
    await expect(service.call(null)).rejects.toMatchObject({ code: "ServiceUnavailable" });
    expect((await first).output).toBe("done");
    expect((await service.call(null)).output).toBe("done");
  });

  it("serves an executor's call, with usage and the capability of the endpoint", async () => {
    const service = defineService({
      contract: sampleContract(),
      execute: (payload, { capability, decisionId, idempotencyKey, model, reportUsage }) => {
        reportUsage({ inputTokens: 3 });
        return { payload, capability: capability ?? null, decisionId: decisionId ?? null, idempotencyKey: idempotencyKey ?? null, model };
      },
    });
    const call: ServiceCall = {
      decisionId: "d".repeat(64),
      idempotencyKey: "k1",
      contract: service.contract,
      model: "small",
      endpoint: { capability: "text.echo" },
      payload: "x",
      deadlineUs: 1_000_000,
    };
    expect(await service.asInProcess().execute(call, new AbortController().signal)).toEqual({
      output: { payload: "x", capability: "text.echo", decisionId: "d".repeat(64), idempotencyKey: "k1", model: "small" },
      usage: { inputTokens: 3 },
    });
  });

  it("is healthy once initialised, unless it says otherwise or throws", async () => {
    const contract = sampleContract();
    const execute = (): null => null;
    expect(await defineService({ contract, execute }).health()).toEqual({ healthy: true });
    expect(await defineService({ contract, execute, health: () => ({ healthy: false, reason: "warming up" }) }).health()).toEqual({
      healthy: false,
      reason: "warming up",
    });
    const broken = defineService({ contract, execute, health: () => { throw new Error("disk"); } });
    expect(await broken.health()).toEqual({ healthy: false, reason: "The health check failed." });
  });

  it("releases its state once", async () => {
    const released: string[] = [];
    const service = defineService({
      contract: sampleContract(),
      initialize: () => "model",
      execute: (_payload, { state }) => state,
      close: (state) => { released.push(state); },
    });
    await service.close();
    await service.start();
    await service.close();
    await service.close();
    expect(released).toEqual(["model"]);
  });
});
