import { CaioError } from "@caio/core";
import type { ServiceCall, ServiceResult } from "@caio/contracts";
import { describe, expect, it } from "vitest";

import { HttpExecutor, InProcessExecutor, ProtocolDispatcher, type InProcessTarget } from "../src/index.ts";
import { callTo, contractFor, noSignal, rejection } from "./sample-call.ts";

const contract = contractFor({ protocol: "inprocess" });

function serving(execute: (call: ServiceCall, signal: AbortSignal) => Promise<ServiceResult>): InProcessExecutor {
  const target: InProcessTarget = { execute, health: () => Promise.reject(new Error("sick")) };
  return new InProcessExecutor({ services: new Map([["sample", target]]) });
}

describe("a service in process", () => {
  it("is called by its id, with the whole call", async () => {
    const executor = serving((call) => Promise.resolve({ output: [call.payload, call.idempotencyKey], usage: { inputTokens: 1 } }));
    expect(await executor.execute(callTo(contract), noSignal())).toEqual({
      output: [{ text: "hello" }, "attempt-1"],
      usage: { inputTokens: 1 },
    });
  });

  it.each<[string, () => Promise<ServiceResult>, string, object]>([
    ["throws", () => Promise.reject(new Error("card 4111")), "ExecutionFailed", {}],
    ["throws at once", () => { throw new TypeError("card 4111"); }, "ExecutionFailed", {}],
    ["refuses the payload", () => Promise.reject(new CaioError("InvalidRequest", "card 4111")), "ExecutionFailed", { remote_code: "InvalidRequest" }],
    ["is not ready", () => Promise.reject(new CaioError("ServiceUnavailable", "card 4111")), "ServiceUnavailable", { service: "sample" }],
    ["fails in our words", () => Promise.reject(new CaioError("ExecutionFailed", `Service sample: card 4111 ${"x".repeat(1_000_000)}`, { details: { service: "sample", card: "4111" } })), "ExecutionFailed", { service: "sample" }],
    ["gives up", () => Promise.reject(new CaioError("DeadlineExceeded", "card 4111", { details: { card: "4111" } })), "DeadlineExceeded", { service: "sample" }],
    ["hangs", () => new Promise(() => undefined), "DeadlineExceeded", {}],
    ["answers NaN", () => Promise.resolve({ output: Number.NaN }), "ExecutionFailed", {}],
    ["answers nothing", () => Promise.resolve(undefined as unknown as ServiceResult), "ExecutionFailed", {}],
    ["answers a date", () => Promise.resolve({ output: new Date(0) as unknown as string }), "ExecutionFailed", {}],
  ])("that %s", async (_name, execute, code, details) => {
    const error = await rejection(serving(execute).execute(callTo(contract, { deadlineUs: 30_000 }), noSignal()));
    expect(error).toMatchObject({ code, details });
    expect(JSON.stringify(error)).not.toContain("4111");
    expect(JSON.stringify(error).length).toBeLessThan(400);
  });

  it("may change its payload: it is its own", async () => {
    const call = callTo(contract);
    const executor = serving(({ payload }) => {
      (payload as { text: string }).text = "changed";
      return Promise.resolve({ output: payload });
    });
    expect((await executor.execute(call, noSignal())).output).toEqual({ text: "changed" });
    const parts = [];
    for await (const part of executor.stream(call, noSignal())) parts.push(part);
    expect(parts.at(-1)).toMatchObject({ kind: "end", output: { text: "changed" } });
    expect(call.payload).toEqual({ text: "hello" });
  });

  it("has no time left, or was cancelled: it is not called", async () => {
    let called = 0;
    const executor = serving(() => { called += 1; return Promise.resolve({ output: null }); });
    await expect(executor.execute(callTo(contract, { deadlineUs: 0 }), noSignal())).rejects.toMatchObject({ code: "DeadlineExceeded" });
    await expect(executor.execute(callTo(contract), AbortSignal.abort())).rejects.toMatchObject({ details: { cancelled: true } });
    await expect(executor.execute(callTo(contract), AbortSignal.abort(new DOMException("late", "TimeoutError")))).rejects.toMatchObject({ code: "DeadlineExceeded" });
    expect(called).toBe(0);
  });

  it("is unhealthy when its check throws, and unavailable when it is not there", async () => {
    const executor = serving(() => Promise.resolve({ output: null }));
    expect(await executor.health(contract, noSignal())).toEqual({ healthy: false, reason: "the health check failed" });
    const other = contractFor({ protocol: "inprocess" }, "local", "other");
    expect(await executor.health(other, noSignal())).toMatchObject({ healthy: false });
    await expect(executor.execute(callTo(other), noSignal())).rejects.toMatchObject({ code: "ServiceUnavailable" });
  });
});

describe("dispatch by protocol", () => {
  it("goes to the executor that speaks the contract's protocol, or says that none does", async () => {
    const dispatcher = new ProtocolDispatcher([serving(() => Promise.resolve({ output: "here" })), new HttpExecutor()]);
    expect(dispatcher.protocols).toEqual(["inprocess", "http"]);
    expect((await dispatcher.execute(callTo(contract), noSignal())).output).toBe("here");
    const mcp = contractFor({ protocol: "mcp" });
    await expect(dispatcher.execute(callTo(mcp), noSignal())).rejects.toMatchObject({ code: "ServiceUnavailable", details: { protocol: "mcp" } });
    expect(await dispatcher.health(mcp, noSignal())).toMatchObject({ healthy: false });
    await dispatcher.close();
  });

  it("refuses two executors for one protocol", () => {
    expect(() => new ProtocolDispatcher([new HttpExecutor(), new HttpExecutor()])).toThrow(/Two executors speak http/);
  });
});
