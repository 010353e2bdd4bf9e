import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { JsonValue } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { afterEach, describe, expect, it } from "vitest";

import { A2aExecutor, type A2aExecutorOptions } from "../src/index.ts";
import { callTo, contractFor, noSignal, rejection } from "./sample-call.ts";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Version = "1.0" | "0.3";
interface Part {
  readonly text?: string;
}
interface Sent {
  readonly method: string;
  readonly params: { readonly message: { readonly parts: readonly Part[] } };
}

const states: Readonly<Record<Version, Readonly<Record<string, string>>>> = {
  "1.0": { task: "TASK_STATE_COMPLETED", fail: "TASK_STATE_FAILED", refuse: "TASK_STATE_REJECTED", ask: "TASK_STATE_INPUT_REQUIRED" },
  "0.3": { task: "completed", fail: "failed", refuse: "rejected", ask: "input-required" },
};

/** What an agent of one version answers: the parts that it got, as a message or as a task; badly on demand. The agents of the SDK are in the gateway's tests. */
function echo({ method, params }: Sent, version: Version): object {
  if (method !== (version === "1.0" ? "SendMessage" : "message/send")) return { error: { code: -32_601, message: "no such method" } };
  const { parts } = params.message;
  const state = states[version][parts[0]?.text ?? ""];
  const task = { id: "t", contextId: "c", status: { state }, artifacts: [{ artifactId: "a", parts }] };
  if (version === "1.0") return { result: state === undefined ? { message: { messageId: "m", role: "ROLE_AGENT", parts } } : { task } };
  return { result: state === undefined ? { kind: "message", messageId: "m", role: "agent", parts } : { kind: "task", ...task } };
}

interface Seen {
  readonly headers: Record<string, unknown>;
  readonly body: object;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => { server.closeAllConnections(); server.close(); });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function agentOf(version: Version, seen: Seen[] = []): Promise<string> {
  return await listening(createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => { text += chunk; }).on("end", () => {
      const end = (value: unknown): void => { response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value)); };
      if (request.method === "GET" && request.url === "/.well-known/agent-card.json") end({ name: "echo" });
      else if (request.method === "POST" && request.url === "/agent") {
        const body = JSON.parse(text) as Sent;
        seen.push({ headers: request.headers, body });
        end({ jsonrpc: "2.0", id: 1, ...echo(body, version) });
      } else response.writeHead(404).end();
    });
  }));
}

function executor(options: A2aExecutorOptions = {}): A2aExecutor {
  const made = new A2aExecutor(options);
  cleanups.push(() => made.close());
  return made;
}

function at(baseUrl: string): ServiceContract {
  return contractFor({ protocol: "a2a", baseUrl, endpoints: [] });
}

async function send(caller: A2aExecutor, base: string, payload: JsonValue): Promise<JsonValue> {
  return (await caller.execute(callTo(at(`${base}/agent`), { payload, deadlineUs: 20_000_000 }), noSignal())).output;
}

describe.each(["1.0", "0.3"] as const)("an agent of version %s", (version) => {
  it("gets a message, and its answer is the output", async () => {
    const seen: Seen[] = [];
    const base = await agentOf(version, seen);
    const caller = executor();
    expect(await send(caller, base, "hello")).toEqual({ text: "hello" });
    expect(await send(caller, base, { text: "task", data: [{ n: 1 }] })).toEqual({ text: "task", data: [{ n: 1 }] });
    expect(await send(caller, base, { words: ["a"], n: 0.5 })).toEqual({ words: ["a"], n: 0.5 });
    const { headers, body } = seen.at(-1) ?? { headers: {}, body: {} };
    expect(headers["idempotency-key"]).toBe("attempt-1");
    expect(body).toMatchObject({ params: { message: { messageId: "attempt-1", metadata: { "caio/decision-id": "d".repeat(64) } } } });
    // What it speaks is found out once.
    expect(seen).toHaveLength(version === "1.0" ? 3 : 4);
  });

  it.each(["fail", "refuse", "ask"])("whose task ends in another state fails: %s", async (word) => {
    expect(await rejection(send(executor(), await agentOf(version), word))).toMatchObject({ code: "ExecutionFailed" });
  });
});

describe("an A2A agent", () => {
  it("is healthy if its card is there", async () => {
    const base = await agentOf("1.0");
    const caller = executor();
    expect(await caller.health(at(`${base}/agent`), noSignal())).toEqual({ healthy: true });
    const other = { ...at(base), api: { ...at(base).api, health: { path: "/nothing", intervalMs: 1000 } } };
    expect(await caller.health(other, noSignal())).toMatchObject({ healthy: false });
  });

  const rpc = (value: object): string => JSON.stringify({ jsonrpc: "2.0", id: 1, ...value });
  it.each([
    [200, rpc({ error: { code: -32_603, message: "bad mail a@b.example" } }), "ExecutionFailed"],
    [200, rpc({ error: { code: -32_601 } }), "ExecutionFailed"],
    [200, rpc({ result: { task: { id: "1", status: { state: "TASK_STATE_WORKING" } } } }), "ServiceUnavailable"],
    [200, rpc({ result: { task: { id: "1" } } }), "ExecutionFailed"],
    [200, rpc({ result: { message: { parts: [{ url: "http://x.example" }] } } }), "ExecutionFailed"],
    [200, rpc({ result: { message: { parts: [] } } }), "ExecutionFailed"],
    [200, rpc({ result: 3 }), "ExecutionFailed"],
    [200, "[1]", "ExecutionFailed"],
    [200, "{", "ExecutionFailed"],
    [401, "{}", "ExecutionFailed"],
    [503, "", "ServiceUnavailable"],
  ])("that answers %i %s is %s, and none of its words are kept", async (status, body, code) => {
    const base = await listening(createServer((_request, response) => { response.writeHead(status, { "content-type": "application/json" }).end(body); }));
    const error = await rejection(send(executor(), base, "hello"));
    expect(error).toMatchObject({ code, details: { service: "sample" } });
    expect(JSON.stringify(error) + error.message).not.toContain("a@b.example");
  });

  it("that hangs ends at the deadline, and one that is elsewhere is not reached", async () => {
    const base = await listening(createServer(() => undefined));
    const hung = executor().execute(callTo(at(base), { deadlineUs: 200_000 }), noSignal());
    expect(await rejection(hung)).toMatchObject({ code: "DeadlineExceeded" });
    const external = { ...at(base), privacy: { dataLocality: "external" as const, compliance: [] } };
    expect(await rejection(executor().execute(callTo(external), noSignal()))).toMatchObject({ code: "ServiceUnavailable" });
  });

  it("gets the secret that the contract refers to", async () => {
    const seen: Seen[] = [];
    const base = await agentOf("1.0", seen);
    const contract = at(`${base}/agent`);
    const secret = { ...contract, api: { ...contract.api, auth: { scheme: "bearer" as const, secret: "env:KEY" } } };
    await executor({ resolveSecret: () => "hunter2" }).execute(callTo(secret), noSignal());
    expect(seen[0]?.headers["authorization"]).toBe("Bearer hunter2");
  });
});
