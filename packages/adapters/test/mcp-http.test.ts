import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import type { ServiceContract } from "@caio/contracts";
import { freePorts } from "@caio/fakes";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { McpExecutor, ProtocolDispatcher, isToolLister, type McpExecutorOptions } from "../src/index.ts";
import { callTo, contractFor, noSignal, rejection } from "./sample-call.ts";

const everything = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-everything/dist/index.js");
let port = 0;
let server: ChildProcess;
const open: McpExecutor[] = [];

beforeAll(async () => {
  [port = 0] = await freePorts(1);
  server = await start();
});
afterAll(() => { server.kill("SIGKILL"); });
afterEach(async () => {
  await Promise.all(open.splice(0).map((executor) => executor.close()));
});

/** The reference server of the protocol, over HTTP. */
async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [everything, "streamableHttp"], { env: { PORT: String(port) }, stdio: "ignore" });
  await vi.waitFor(() => fetch(`http://127.0.0.1:${String(port)}/mcp`), { timeout: 50_000, interval: 50 });
  return child;
}

function executor(options: Partial<McpExecutorOptions> = {}): McpExecutor {
  const made = new McpExecutor({ servers: {}, ...options });
  open.push(made);
  return made;
}

function tool(name: string, at = `http://127.0.0.1:${String(port)}/mcp`): ServiceContract {
  return contractFor({ protocol: "mcp", transport: "http", baseUrl: at, endpoints: [{ tool: name }] });
}

describe("a tool of the reference server over HTTP", () => {
  it("is listed, called, and pinged over one connection", async () => {
    const caller = new ProtocolDispatcher([executor()]);
    expect(isToolLister(caller)).toBe(true);
    const tools = await caller.listTools(tool("echo"), AbortSignal.timeout(50_000));
    expect(tools.find(({ name }) => name === "echo")).toMatchObject({ hints: { readOnly: true }, inputSchema: { type: "object" } });
    const outputs = await Promise.all(["a", "b"].map((message) => caller.execute(callTo(tool("echo"), { payload: { message } }), noSignal())));
    expect(outputs.map(({ output }) => output)).toEqual(["a", "b"].map((message) => ({ content: [{ type: "text", text: `Echo: ${message}` }] })));
    expect(await caller.health(tool("echo"), noSignal())).toEqual({ healthy: true });
  });

  it("that is killed fails with a type in the middle of a call, between calls, and works again after it came back", async () => {
    const caller = executor();
    await caller.execute(callTo(tool("echo"), { payload: { message: "a" } }), noSignal());
    const long = rejection(caller.execute(callTo(tool("trigger-long-running-operation"), { payload: { duration: 20, steps: 2 }, deadlineUs: 15_000_000 }), noSignal()));
    await delay(300);
    server.kill("SIGKILL");
    expect(await long).toMatchObject({ code: "ServiceUnavailable" });
    const gone = rejection(caller.execute(callTo(tool("echo"), { payload: { message: "b" } }), noSignal()));
    expect(await gone).toMatchObject({ code: "ServiceUnavailable" });
    expect(await caller.health(tool("echo"), noSignal())).toMatchObject({ healthy: false });
    server = await start();
    await delay(1500);
    const { output } = await caller.execute(callTo(tool("echo"), { payload: { message: "c" } }), noSignal());
    expect(output).toEqual({ content: [{ type: "text", text: "Echo: c" }] });
  });

  it("that was started anew between calls is called in a new session, unnoticed", async () => {
    const caller = executor();
    await caller.execute(callTo(tool("echo"), { payload: { message: "a" } }), noSignal());
    server.kill("SIGKILL");
    await once(server, "exit");
    server = await start();
    const { output } = await caller.execute(callTo(tool("echo"), { payload: { message: "b" } }), noSignal());
    expect(output).toEqual({ content: [{ type: "text", text: "Echo: b" }] });
  });

  it("ends at the deadline", async () => {
    const late = rejection(executor().execute(callTo(tool("trigger-long-running-operation"), { payload: { duration: 20, steps: 2 }, deadlineUs: 500_000 }), noSignal()));
    expect(await late).toMatchObject({ code: "DeadlineExceeded" });
  });

  it("is not reached where the operator does not allow it, and its secret goes nowhere else", async () => {
    const external = { ...tool("echo"), privacy: { dataLocality: "external" as const, compliance: [] } };
    expect(await rejection(executor().execute(callTo(external), noSignal()))).toMatchObject({ code: "ServiceUnavailable" });
  });
});

describe("a server over HTTP that is no MCP server", () => {
  const servers: Server[] = [];
  afterEach(() => { for (const made of servers.splice(0)) made.closeAllConnections(); });

  async function web(status: number, headers: Record<string, string>, body: string, seen: Record<string, unknown>[] = []): Promise<string> {
    const made = createServer((request, response) => {
      seen.push({ ...request.headers, method: request.method });
      response.writeHead(status, headers).end(body);
    }).listen(0, "127.0.0.1");
    servers.push(made);
    await once(made, "listening");
    return `http://127.0.0.1:${String((made.address() as AddressInfo).port)}/mcp`;
  }

  it.each([
    [200, { "content-type": "text/html" }, "<p>"],
    [200, { "content-type": "application/json" }, "{"],
    [200, { "content-type": "text/event-stream" }, "data: {half"],
    [302, { location: "http://127.0.0.1:1/" }, ""],
    [401, {}, ""],
    [404, {}, ""],
    [500, {}, "x".repeat(100)],
    [503, {}, ""],
  ])("with status %i, %o, %j is unavailable, at once", async (status, headers, body) => {
    const at = await web(status, headers, body);
    expect(await rejection(executor().execute(callTo(tool("echo", at)), noSignal()))).toMatchObject({ code: "ServiceUnavailable" });
  });

  it("gets the secret that the contract refers to, and no error shows it", async () => {
    const seen: Record<string, unknown>[] = [];
    const at = await web(401, {}, "hunter2", seen);
    const caller = executor({ http: { resolveSecret: () => "hunter2" } });
    const base = tool("echo", at);
    const contract = { ...base, api: { ...base.api, auth: { scheme: "bearer" as const, secret: "env:KEY" } } };
    const error = await rejection(caller.execute(callTo(contract), noSignal()));
    expect(seen[0]).toMatchObject({ authorization: "Bearer hunter2", method: "POST" });
    expect(JSON.stringify(error) + String(error)).not.toContain("hunter2");
  });
});
