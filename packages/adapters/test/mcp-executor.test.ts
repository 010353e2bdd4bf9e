import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type { JsonValue } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { afterEach, describe, expect, it } from "vitest";

import { McpExecutor, type McpExecutorOptions } from "../src/index.ts";
import { callTo, contractFor, noSignal, rejection } from "./sample-call.ts";

const script = fileURLToPath(new URL("fixtures/misbehaving-server.mjs", import.meta.url));
const open: McpExecutor[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((executor) => executor.close()));
});

function executor(mode = "serve", options: Partial<McpExecutorOptions> = {}): McpExecutor {
  const made = new McpExecutor({
    servers: { odd: { command: process.execPath, args: [script, mode] } },
    graceMs: 200,
    ...options,
  });
  open.push(made);
  return made;
}

function tool(name: string, server = "odd"): ServiceContract {
  return contractFor({ protocol: "mcp", transport: "stdio", server, endpoints: [{ tool: name }] });
}

async function run(caller: McpExecutor, name: string, payload: JsonValue = {}, deadlineUs = 20_000_000): Promise<JsonValue> {
  return (await caller.execute(callTo(tool(name), { payload, deadlineUs }), noSignal())).output;
}

async function pidOf(caller: McpExecutor): Promise<number> {
  const output = await run(caller, "pid");
  return typeof output === "object" && output !== null && "pid" in output ? Number(output["pid"]) : Number.NaN;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a tool of an MCP server", () => {
  it("gets the payload as arguments, with the decision beside it, and yields structured content or content", async () => {
    const caller = executor();
    expect(await run(caller, "echo", { text: "hé" })).toEqual({
      args: { text: "hé" },
      meta: { "caio/decision-id": "d".repeat(64), "caio/idempotency-key": "attempt-1" },
    });
    expect(await run(caller, "text")).toEqual({ content: [{ type: "text", text: "only text" }] });
  });

  it("runs in one process, started once, which inherits nothing of the environment", async () => {
    const caller = executor();
    const outputs = await Promise.all(Array.from({ length: 10 }, () => run(caller, "pid")));
    expect(new Set(outputs.map((output) => JSON.stringify(output))).size).toBe(1);
    expect(outputs[0]).toMatchObject({ keys: [] });
  });

  it.each([
    ["fail", { secret: "hunter2" }, "ExecutionFailed"],
    ["refuse", {}, "ExecutionFailed"],
    ["nonsense", {}, "ExecutionFailed"],
    ["huge", {}, "ExecutionFailed"],
    ["die", {}, "ServiceUnavailable"],
    ["garbage", {}, "ServiceUnavailable"],
    ["endless", {}, "ServiceUnavailable"],
  ])("%s with %o is %s, and the next call works", async (name, payload, code) => {
    const caller = executor();
    const error = await rejection(run(caller, name, payload));
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error)).not.toMatch(/hunter2|secret argument/);
    expect(await run(caller, "echo", { n: 1 })).toMatchObject({ args: { n: 1 } });
  });

  it("that hangs ends at the deadline, others go on, and a cancelled call is told apart", async () => {
    const caller = executor();
    const hung = rejection(run(caller, "hang", {}, 300_000));
    expect(await run(caller, "echo")).toMatchObject({ args: {} });
    expect(await hung).toMatchObject({ code: "DeadlineExceeded" });
    const abort = new AbortController();
    const cancelled = rejection(caller.execute(callTo(tool("hang")), abort.signal));
    abort.abort();
    expect(await cancelled).toMatchObject({ code: "ExecutionFailed", details: { cancelled: true } });
  });

  it.each([["x"], [[1]], [3]])("takes an object, so %o is refused", async (payload) => {
    await expect(run(executor(), "echo", payload)).rejects.toMatchObject({ code: "ExecutionFailed" });
  });

  it("must be named by the contract, on a server that the operator configured", async () => {
    const caller = executor();
    const unnamed = contractFor({ protocol: "mcp", server: "odd", endpoints: [{}] });
    await expect(caller.execute(callTo(unnamed), noSignal())).rejects.toMatchObject({ code: "ServiceUnavailable" });
    for (const server of ["other", "__proto__", "constructor"]) {
      await expect(caller.execute(callTo(tool("echo", server)), noSignal())).rejects.toMatchObject({ code: "ServiceUnavailable", details: { server } });
    }
  });
});

describe("an MCP server that ends", () => {
  it("by kill -9 in the middle of a call: the call fails, the next one starts it again", async () => {
    const caller = executor();
    const first = await pidOf(caller);
    const hung = rejection(run(caller, "hang"));
    // A later answer means that the earlier call is in the server's hands.
    await run(caller, "echo");
    process.kill(first, "SIGKILL");
    expect(await hung).toMatchObject({ code: "ServiceUnavailable" });
    const second = await pidOf(caller);
    expect(second).not.toBe(first);
    expect(alive(first)).toBe(false);
  });

  it("again and again: it is left alone for a while, then tried again", async () => {
    const caller = executor("serve", { backoffMs: 700 });
    for (let death = 0; death < 2; death++) await rejection(run(caller, "die"));
    const error = await rejection(run(caller, "echo"));
    expect(error).toMatchObject({ code: "ServiceUnavailable" });
    expect(error.message).toContain("left alone");
    await delay(800);
    expect(await run(caller, "echo")).toMatchObject({ args: {} });
  });

  it.each([
    ["a program that is not there", { command: "/nowhere/server" }],
    ["a program that ends at once", { command: process.execPath, args: [script, "exit"] }],
    ["a program that never answers", { command: process.execPath, args: [script, "deaf"] }],
  ])("before it began: %s", async (_name, server) => {
    const caller = executor("serve", { servers: { odd: server }, connectTimeoutMs: 300 });
    await expect(run(caller, "echo")).rejects.toMatchObject({ code: "ServiceUnavailable" });
    expect(await caller.health(tool("echo"), noSignal())).toMatchObject({ healthy: false });
  });

  it("writes garbage before it begins: it is read past", async () => {
    expect(await run(executor("garbage-first"), "echo")).toMatchObject({ args: {} });
  });

  it("when the executor closes, even if it does not want to", async () => {
    for (const mode of ["serve", "stubborn"]) {
      const caller = executor(mode);
      const pid = await pidOf(caller);
      await caller.close();
      expect(alive(pid)).toBe(false);
      await expect(run(caller, "echo")).rejects.toMatchObject({ code: "ServiceUnavailable" });
    }
  });
});

describe("health of an MCP server", () => {
  it("is a ping, and a server that does not answer one is ended", async () => {
    const caller = executor("serve", { healthTimeoutMs: 700 });
    expect(await caller.health(tool("echo"), noSignal())).toEqual({ healthy: true });
    const pid = await pidOf(caller);
    process.kill(pid, "SIGSTOP");
    expect(await caller.health(tool("echo"), noSignal())).toMatchObject({ healthy: false });
    await expect.poll(() => alive(pid), { timeout: 20_000 }).toBe(false);
    expect(await caller.health(tool("echo"), noSignal())).toEqual({ healthy: true });
  });
});
