import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { Role, TaskState, type AgentCard, type Message, type SendMessageRequest, type Task } from "@a2a-js/sdk";
import { JsonRpcTransportFactory } from "@a2a-js/sdk/client";
import { LegacyJsonRpcTransportHandler } from "@a2a-js/sdk/compat/v0_3/server";
import { AgentEvent, DefaultRequestHandler, InMemoryTaskStore, JsonRpcTransportHandler, ServerCallContext, type AgentExecutor } from "@a2a-js/sdk/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { executorsOf, parseGatewayConfig } from "../src/index.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const card: AgentCard = {
  name: "echo", description: "", version: "1", supportedInterfaces: [], provider: undefined, capabilities: { extensions: [] }, securitySchemes: {},
  securityRequirements: [], defaultInputModes: [], defaultOutputModes: [], skills: [], signatures: [],
};

/** An agent of the SDK: answers with the parts that it got, as a message, or as a task in the state that it is told. */
const agent: AgentExecutor = {
  execute: ({ userMessage: { parts }, taskId, contextId }, bus) => {
    const [first] = parts;
    const said = first?.content?.$case === "text" ? first.content.value : "";
    const state = new Map([["fail", TaskState.TASK_STATE_FAILED], ["task", TaskState.TASK_STATE_COMPLETED]]).get(said);
    const message: Message = { messageId: "answer", contextId, taskId: "", role: Role.ROLE_AGENT, parts, metadata: undefined, extensions: [], referenceTaskIds: [] };
    const artifacts = [{ artifactId: "a", name: "", description: "", parts, metadata: undefined, extensions: [] }];
    if (state === undefined) bus.publish(AgentEvent.message(message));
    else bus.publish(AgentEvent.task({ id: taskId, contextId, history: [], metadata: undefined, artifacts, status: { state, message: undefined, timestamp: undefined } }));
    bus.finished();
    return Promise.resolve();
  },
  cancelTask: () => Promise.resolve(),
};

async function agentOf(version: string): Promise<Server> {
  const handler = new DefaultRequestHandler(card, new InMemoryTaskStore(), agent);
  const rpc = version === "1.0" ? new JsonRpcTransportHandler(handler) : new LegacyJsonRpcTransportHandler(handler);
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => { text += chunk; }).on("end", () => {
      const end = (value: unknown): void => { response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value)); };
      if (request.method === "GET") end(card);
      else void rpc.handle(JSON.parse(text) as Record<string, unknown>, new ServerCallContext({ requestedVersion: version })).then(end);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const servers: Server[] = [];
let gateway: TestGateway;
let base: string;
beforeAll(async () => {
  gateway = await testGateway({ executor: executorsOf(parseGatewayConfig("caio_gateway: 1\n"), {}) });
  for (const [version, capability] of [["1.0", "agent.task"], ["0.3", "agent.legacy"]] as const) {
    const server = await agentOf(version);
    servers.push(server);
    await register(gateway, `
service_id: agent-${version.replace(".", "-")}
version: 1.0.0
capabilities: [${capability}]
cost: { model: free }
privacy: { data_locality: local }
access: { public: true }
api: { protocol: a2a, base_url: "http://127.0.0.1:${String((server.address() as AddressInfo).port)}/agent" }
`);
  }
  base = await gateway.listen();
});
afterAll(async () => {
  await gateway.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function send(text: string, capability?: string): Promise<Task> {
  const fetchImpl: typeof fetch = (input, init) => fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), authorization: `Bearer ${gateway.caller}` } });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- The SDK declares its options as a class that it does not export.
  const transport = await new JsonRpcTransportFactory({ fetchImpl }).create(`${base}/a2a`, card);
  const metadata = capability === undefined ? undefined : { "caio-require": capability };
  const parts = [{ content: { $case: "text" as const, value: text }, metadata: undefined, filename: "", mediaType: "text/plain" }];
  const message: Message = { messageId: crypto.randomUUID(), contextId: "", taskId: "", role: Role.ROLE_USER, parts, metadata, extensions: [], referenceTaskIds: [] };
  const request: SendMessageRequest = { tenant: "", message, configuration: undefined, metadata: undefined };
  const result = await transport.sendMessage(request);
  if ("artifacts" in result) return result;
  throw new Error("a message, no task");
}

describe("an agent of the A2A SDK behind the gateway", () => {
  it.each([
    ["1.0, a message", "hello", undefined],
    ["1.0, a task", "task", undefined],
    ["0.3, a message", "hello", "agent.legacy"],
    ["0.3, a task", "task", "agent.legacy"],
  ])("answers a client of the SDK before it: %s", async (_name, text, capability) => {
    const task = await send(text, capability);
    expect(task.status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
    expect(task.artifacts[0]?.parts[0]?.content).toEqual({ $case: "text", value: text });
  });

  it("whose task fails, fails", async () => {
    expect(await send("fail")).toMatchObject({ status: { state: TaskState.TASK_STATE_FAILED }, metadata: { "caio/error": { code: "ExecutionFailed" } } });
  });

  it("is asked for its health by its card", async () => {
    const response = await gateway.app.inject({ url: "/api/v1/services/agent-1-0/health", headers: { authorization: `Bearer ${gateway.caller}` } });
    expect(response.json()).toMatchObject({ healthy: true });
  });
});
