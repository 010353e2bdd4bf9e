import { Role, TaskState, type Message, type Part, type SendMessageRequest, type StreamResponse, type Task } from "@a2a-js/sdk";
import { ClientFactory, ClientFactoryOptions, DefaultAgentCardResolver, JsonRpcTransportFactory, type Client } from "@a2a-js/sdk/client";
import { LegacyJsonRpcTransport, isLegacyAgentCard, parseLegacyAgentCard } from "@a2a-js/sdk/compat/v0_3/client";
import type { InProcessTarget } from "@caio/adapters";
import { InProcessExecutor } from "@caio/adapters";
import type { ServiceCall, ServiceExecutor, ServiceStreamEvent } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";
import { verifyBundle } from "@caio/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = (id: string, capability: string, access = "public: true"): string => `
service_id: ${id}
version: 1.0.0
description: The ${id} of the test.
capabilities: [${capability}]
cost: { model: free }
privacy: { data_locality: local }
access: { ${access} }
api: { protocol: inprocess }
`;
const policy = `
caio_policy: 1
id: house
rules: [{ id: no-secrets, when: '"secret" in request.labels', deny: 'true', reason: Nothing secret leaves here. }]
`;

/** Services that answer with what they got; the talker speaks in parts. */
class Talking extends InProcessExecutor implements ServiceExecutor {
  override async *stream(call: ServiceCall, signal: AbortSignal): AsyncGenerator<ServiceStreamEvent, void, void> {
    if (call.contract.serviceId !== "talker") {
      const { output } = await this.execute(call, signal);
      yield { kind: "delta", value: output };
      yield { kind: "end", finish: "stop", output };
      return;
    }
    const said = JSON.stringify(call.payload);
    yield { kind: "delta", value: { choices: [{ index: 0, delta: { role: "assistant", content: "" } }] } };
    for (const content of ["Hello ", "there"]) yield { kind: "delta", value: { choices: [{ index: 0, delta: { content } }] } };
    if (said.includes("break off")) throw new CaioError("ServiceUnavailable", "Service talker: gone.");
    yield { kind: "end", finish: "stop", output: { choices: [{ index: 0, message: { role: "assistant", content: "Hello there" } }] } };
  }
}

let gateway: TestGateway;
let base: string;
beforeAll(async () => {
  const health = (): Promise<{ healthy: boolean }> => Promise.resolve({ healthy: true });
  const got = { execute: (call: { readonly payload: JsonValue }) => Promise.resolve({ output: { got: call.payload } }), health };
  const services: Record<string, InProcessTarget> = {
    talker: { execute: () => Promise.resolve({ output: { choices: [{ index: 0, message: { role: "assistant", content: "Hello there" } }] } }), health },
    counter: got,
    hidden: got,
    broken: { execute: () => Promise.reject(new CaioError("ServiceUnavailable", "Service broken: down.")), health },
  };
  gateway = await testGateway({ executor: new Talking({ services: new Map(Object.entries(services)) }), policy });
  await register(gateway, contract("talker", "inference.chat"), contract("counter", "text.count"), contract("broken", "text.break"), contract("hidden", "text.hide", "required_permissions: [chat]"));
  base = await gateway.listen();
});
afterAll(() => gateway.close());

const authorized = (key: string): typeof fetch => (input, init) => fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), authorization: `Bearer ${key}` } });

async function client(key = gateway.caller): Promise<Client> {
  const fetchImpl = authorized(key);
  const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- The SDK declares its options as a class that it does not export.
    transports: [new JsonRpcTransportFactory({ fetchImpl })],
    cardResolver: new DefaultAgentCardResolver({ fetchImpl }),
  });
  return await new ClientFactory(options).createFromUrl(base);
}

const text = (value: string): Part => ({ content: { $case: "text", value }, metadata: undefined, filename: "", mediaType: "text/plain" });
const data = (value: unknown): Part => ({ content: { $case: "data", value }, metadata: undefined, filename: "", mediaType: "application/json" });

function request(parts: Part[], metadata?: Record<string, unknown>): SendMessageRequest {
  const message: Message = { messageId: crypto.randomUUID(), contextId: "", taskId: "", role: Role.ROLE_USER, parts, metadata, extensions: [], referenceTaskIds: [] };
  return { tenant: "", message, configuration: undefined, metadata: undefined };
}

function asTask(result: Message | Task): Task {
  if ("artifacts" in result) return result;
  throw new Error("a message, no task");
}

const answers = (task: Task): unknown[] => task.artifacts.flatMap(({ parts }) => parts.map(({ content }) => content?.value as unknown));

describe("the client of the A2A SDK, unmodified", () => {
  it("reads the card: what is public, or what the caller may see", async () => {
    const open = await new DefaultAgentCardResolver().resolve(base);
    expect(open).toMatchObject({ name: "CAIO gateway", supportedInterfaces: [{ url: `${base}/a2a`, protocolBinding: "JSONRPC", protocolVersion: "1.0" }, { protocolVersion: "0.3" }] });
    expect(open.skills.map(({ id }) => id)).toEqual(["inference.chat", "text.break", "text.count"]);
    expect(open.securitySchemes["key"]?.scheme).toMatchObject({ $case: "httpAuthSecurityScheme", value: { scheme: "bearer" } });
    const own = await (await client()).getAgentCard();
    expect(own.skills.map(({ id }) => id)).toEqual(["inference.chat", "text.break", "text.count", "text.hide"]);
  });

  it("sends a message, and gets a task that is completed, with a receipt that verifies, and finds it again", async () => {
    const agent = await client();
    const task = asTask(await agent.sendMessage(request([text("Who are you?")])));
    expect(task.status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
    expect(answers(task)).toEqual(["Hello there"]);
    const bundle = await authorized(gateway.caller)(String(task.metadata?.["caio/receipt"]));
    const key = await gateway.app.inject({ url: "/api/v1/log/key" });
    expect((await verifyBundle(await bundle.text(), { publicKey: key.body.trim() })).valid).toBe(true);
    expect(await agent.getTask({ tenant: "", id: task.id })).toEqual(task);
    const { tasks } = await agent.listTasks({ tenant: "", contextId: "", status: TaskState.TASK_STATE_UNSPECIFIED, pageToken: "", statusTimestampAfter: undefined });
    expect(tasks.map(({ id }) => id)).toContain(task.id);
    await expect((await client(gateway.admin)).getTask({ tenant: "", id: "0".repeat(64) })).rejects.toThrow(/No task/);
    await expect(agent.cancelTask({ tenant: "", id: task.id, metadata: undefined })).rejects.toThrow(/is over/);
  });

  it("names a skill, with data for it", async () => {
    const task = asTask(await (await client()).sendMessage(request([text("Count."), data({ words: ["a", "b"] })], { "caio-require": "text.count" })));
    expect(answers(task)).toEqual([{ got: { words: ["a", "b"] } }]);
  });

  it("names several, in any order: all of them are wanted of one service", async () => {
    const agent = await client();
    for (const names of ["text.count,inference.chat", "inference.chat,text.count", "audio.hear,text.count"]) {
      const task = asTask(await agent.sendMessage(request([text("Hello")], { "caio-require": names })));
      expect(task.metadata?.["caio/error"]).toMatchObject({ code: "NoMatchingService" });
    }
  });

  it("is refused, fails, and is told so by the task, its decision in the metadata", async () => {
    const agent = await client();
    const refused = asTask(await agent.sendMessage(request([text("Hello")], { "caio-data-labels": ["secret"] })));
    expect(refused).toMatchObject({ status: { state: TaskState.TASK_STATE_REJECTED }, metadata: { "caio/error": { code: "RuleViolation" }, "caio/decision-id": refused.id } });
    const nobody = asTask(await agent.sendMessage(request([text("Hello")], { "caio-require": "vision.ocr" })));
    expect(nobody).toMatchObject({ status: { state: TaskState.TASK_STATE_REJECTED }, metadata: { "caio/error": { code: "NoMatchingService" } } });
    const failed = asTask(await agent.sendMessage(request([text("Hello")], { "caio-require": "text.break" })));
    expect(failed).toMatchObject({ status: { state: TaskState.TASK_STATE_FAILED }, metadata: { "caio/error": { code: "ServiceUnavailable" } }, artifacts: [] });
  });

  it.each([
    ["terms that cannot be read", [text("x")], { "caio-max-locality": "moon" }, /max_locality/],
    ["a policy that does not exist", [text("x")], { "caio-policies": "none" }, /none/],
    ["a file", [{ content: { $case: "url", value: "https://example.com/a.png" }, metadata: undefined, filename: "", mediaType: "image/png" }], {}, /text or data/],
    ["nothing", [], {}, /at least one part/],
  ] as [string, Part[], Record<string, unknown>, RegExp][])("sends %s, and hears an error of the protocol", async (_name, parts, metadata, words) => {
    await expect((await client()).sendMessage(request(parts, metadata))).rejects.toThrow(words);
  });

  it("hears the answer in parts, and its end", async () => {
    const events: StreamResponse[] = [];
    for await (const event of (await client()).sendMessageStream(request([text("Who are you?")]))) events.push(event);
    expect(events.map(({ payload }) => payload?.$case)).toEqual(["task", "artifactUpdate", "artifactUpdate", "statusUpdate"]);
    expect(events.at(-1)?.payload).toMatchObject({ value: { status: { state: TaskState.TASK_STATE_COMPLETED } } });
    const [first] = events;
    const id = first?.payload?.$case === "task" ? first.payload.value.id : "";
    expect(answers(await (await client()).getTask({ tenant: "", id }))).toEqual(["Hello there"]);
  });

  it("is told that an answer broke off: the last state is failed, never completed", async () => {
    const events: StreamResponse[] = [];
    for await (const event of (await client()).sendMessageStream(request([text("Please break off")]))) events.push(event);
    expect(events.map(({ payload }) => payload?.$case)).toEqual(["task", "artifactUpdate", "artifactUpdate", "statusUpdate"]);
    expect(events.at(-1)?.payload).toMatchObject({ value: { status: { state: TaskState.TASK_STATE_FAILED }, metadata: { "caio/error": { code: "ServiceUnavailable" } } } });
  });

  it("is let in with a key only", async () => {
    await expect(client("caio_nothing")).rejects.toThrow(/401/);
    const agent = await new ClientFactory().createFromUrl(base);
    await expect(agent.sendMessage(request([text("Hello")]))).rejects.toThrow();
  });
});

describe("a client of version 0.3", () => {
  it("reads its card, sends a message and hears a stream", async () => {
    // What is new in version 1.0 stands beside it; such a client does not look there.
    const { supportedInterfaces, ...card } = (await (await authorized(gateway.caller)(`${base}/.well-known/agent-card.json`)).json()) as Record<string, unknown>;
    expect([supportedInterfaces !== undefined, isLegacyAgentCard(card)]).toEqual([true, true]);
    expect(parseLegacyAgentCard(card).supportedInterfaces).toMatchObject([{ url: `${base}/a2a`, protocolBinding: "JSONRPC" }]);
    const transport = new LegacyJsonRpcTransport({ endpoint: `${base}/a2a`, fetchImpl: authorized(gateway.caller) });
    const task = asTask(await transport.sendMessage(request([text("Who are you?")])));
    expect([task.status?.state, answers(task)]).toEqual([TaskState.TASK_STATE_COMPLETED, ["Hello there"]]);
    const cases: (string | undefined)[] = [];
    for await (const { payload } of transport.sendMessageStream(request([text("Who are you?")]))) cases.push(payload?.$case);
    expect(cases).toEqual(["task", "artifactUpdate", "artifactUpdate", "statusUpdate"]);
  });
});

describe("the A2A endpoint", () => {
  it.each([
    [{}, -32_602],
    [{ jsonrpc: "2.0", id: 1, method: "NoSuch", params: {} }, -32_601],
    [{ jsonrpc: "2.0", id: 1, method: "no/such", params: {} }, -32_601],
    [{ jsonrpc: "2.0", id: 1, method: "SendMessage" }, -32_602],
    [{ jsonrpc: "2.0", id: 1, method: "SendMessage", params: { message: { parts: "no" } } }, -32_602],
    [{ jsonrpc: "2.0", id: 1, method: "GetTask", params: { id: "none" } }, -32_001],
    [{ jsonrpc: "2.0", id: 1, method: "GetTask", params: { id: "none" } }, -32_009, "7.0"],
  ] as [object, number, string?][])("answers %j with %i", async (payload, code, version) => {
    const headers = { authorization: `Bearer ${gateway.caller}`, ...(version === undefined ? {} : { "a2a-version": version }) };
    const response = await gateway.app.inject({ method: "POST", url: "/a2a", headers, payload });
    expect(response.json()).toMatchObject({ jsonrpc: "2.0", error: { code } });
  });
});
