import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { McpExecutor, ProtocolDispatcher } from "@caio/adapters";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ErrorCode, type CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { verifyBundle } from "@caio/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { listed } from "./support/listed.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const require = createRequire(import.meta.url);
const mark = `--mark=${crypto.randomUUID()}`;
const box = mkdtempSync(join(tmpdir(), "caio-mcp-"));
const rest = `
cost: { model: free }
privacy: { data_locality: local, regions: [eu] }
`;
const everything = `${rest}
service_id: everything
version: 1.0.0
capabilities: [text.echo, numbers.sum, tools.env]
access: { public: true }
api:
  protocol: mcp
  server: everything
  endpoints:
    - { capability: text.echo, tool: echo, input_schema: { type: object, required: [message], properties: { message: { type: string, maxLength: 40 } } } }
    - { capability: numbers.sum, tool: get-sum }
    - { capability: tools.env, tool: no-such-tool }
`;
const memory = `${rest}
service_id: memory
version: 1.0.0
capabilities: [memory.write, memory.search, memory.delete]
access: { public: true }
api:
  protocol: mcp
  server: memory
  endpoints:
    - { capability: memory.write, tool: create_entities }
    - { capability: memory.search, tool: search_nodes }
    - { capability: memory.delete, tool: delete_entities }
`;
const files = `${rest}
service_id: files
version: 1.0.0
capabilities: [files.list]
access: { required_permissions: [files] }
api:
  protocol: mcp
  server: files
  endpoints: [{ capability: files.list, tool: list_directory }]
`;
const dead = `${rest}
service_id: dead
version: 1.0.0
capabilities: [files.read]
access: { public: true }
api: { protocol: mcp, server: dead, endpoints: [{ capability: files.read, tool: read }] }
`;
const policy = `
caio_policy: 1
id: house
privacy: { mode: strict, sensitive: [personal], allowed_labels: {} }
rules:
  - { id: no-secrets, when: '"secret" in request.labels', deny: 'true', reason: Nothing secret leaves here. }
  - { id: human, when: 'request.action.kind == "destructive"', oblige: [human_approval], reason: A person confirms. }
`;

function script(name: string): string {
  return require.resolve(`@modelcontextprotocol/server-${name}/dist/index.js`);
}

let gateway: TestGateway;
let url: URL;
const clients: Client[] = [];
beforeAll(async () => {
  const mcp = new McpExecutor({
    connectTimeoutMs: 50_000,
    servers: {
      everything: { command: process.execPath, args: [script("everything"), "stdio"] },
      memory: { command: process.execPath, args: [script("memory"), mark], env: { MEMORY_FILE_PATH: join(box, "memory.jsonl") } },
      files: { command: process.execPath, args: [script("filesystem"), box] },
      dead: { command: process.execPath, args: ["-e", "process.exit(1)"] },
    },
  });
  gateway = await testGateway({ executor: new ProtocolDispatcher([mcp]), policy, config: "approvals: { wait_ms: 0 }\n" });
  await register(gateway, everything, memory, files, dead);
  await listed(gateway, mcp, ["everything", "memory", "files"]);
  url = new URL("/mcp", await gateway.listen());
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await gateway.close();
  rmSync(box, { recursive: true, force: true });
});

async function connected(key = gateway.caller): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  clients.push(client);
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization: `Bearer ${key}` } } });
  await client.connect(transport);
  return client;
}

async function call(client: Client, name: string, parameters: Record<string, unknown>, meta?: Record<string, unknown>): Promise<CallToolResult> {
  // Of both forms that the client knows only this one is sent by this protocol version.
  return (await client.callTool({ name, arguments: parameters, ...(meta === undefined ? {} : { _meta: meta }) })) as CallToolResult;
}

function textOf({ content }: CallToolResult): string {
  const [first] = content;
  return first?.type === "text" ? first.text : "";
}

const receipt = (result: CallToolResult): string => String(result._meta?.["caio/receipt"]);
const decided = { "caio/decision-id": expect.stringMatching(/^[0-9a-f]{64}$/) as unknown };

describe("the client of the MCP SDK, unmodified", () => {
  it("lists the tools of all servers that live, of services that the caller may use", async () => {
    const client = await connected();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["everything__echo", "everything__get-sum", "memory__create_entities", "memory__delete_entities", "memory__search_nodes"]);
    const [echo, sum] = tools;
    expect(echo).toMatchObject({ inputSchema: { properties: { message: { maxLength: 40 } } }, annotations: { readOnlyHint: true } });
    expect(sum?.inputSchema.properties).toHaveProperty("a");
    expect(client.getServerVersion()?.name).toBe("caio");
    await client.ping();
  });

  it("calls a tool, and gets a receipt that verifies", async () => {
    const client = await connected();
    const result = await call(client, "everything__echo", { message: "hello" });
    expect(result).toMatchObject({ content: [{ type: "text", text: "Echo: hello" }], _meta: decided });
    const bundle = await fetch(receipt(result), { headers: { authorization: `Bearer ${gateway.caller}` } });
    const key = await gateway.app.inject({ url: "/api/v1/log/key" });
    expect((await verifyBundle(await bundle.text(), { publicKey: key.body.trim() })).valid).toBe(true);
  });

  it("gets structured content that fits the output schema which it was told", async () => {
    const client = await connected();
    await client.listTools();
    await call(client, "memory__create_entities", { entities: [{ name: "kettle", entityType: "thing", observations: ["whistles"] }] });
    const found = await call(client, "memory__search_nodes", { query: "kettle" });
    expect(found.structuredContent).toMatchObject({ entities: [{ name: "kettle" }] });
    expect(textOf(found)).toContain("whistles");
  });

  it("hears of a tool that does not exist, and of one that is not in its view, as the protocol says it", async () => {
    const client = await connected();
    for (const name of ["everything__nothing", "nothing", "nobody__echo", "__proto__"]) {
      await expect(call(client, name, {})).rejects.toMatchObject({ code: ErrorCode.InvalidParams });
    }
  });

  it.each([
    ["by the contract's schema", "everything__echo", { message: "x".repeat(41) }],
    ["by the server's own schema", "everything__get-sum", { a: "one", b: 2 }],
    ["with none", "everything__echo", {}],
  ])("sends arguments that do not fit: %s", async (_name, name, parameters) => {
    const result = await call(await connected(), name, parameters);
    expect(result).toMatchObject({ isError: true, _meta: { "caio/error": { code: "InvalidRequest" } } });
  });

  it("is refused by policy, by permission, and without a person for what destroys, each by a decision", async () => {
    const client = await connected();
    const secret = await call(client, "everything__echo", { message: "a" }, { "caio-data-labels": "secret" });
    expect(secret).toMatchObject({ isError: true, _meta: { ...decided, "caio/error": { code: "RuleViolation" } } });
    expect(textOf(secret)).toContain("no-secrets");
    const files = await call(client, "files__list_directory", { path: box });
    expect(files).toMatchObject({ isError: true, _meta: { ...decided, "caio/error": { code: "SecurityViolation" } } });
    const gone = await call(client, "memory__delete_entities", { entityNames: ["kettle"] });
    expect(gone).toMatchObject({ isError: true, _meta: { ...decided, "caio/error": { code: "ApprovalRequired" } } });
    const lighter = await call(client, "memory__delete_entities", { entityNames: ["kettle"] }, { "caio-action": "read" });
    expect(lighter).toMatchObject({ isError: true, _meta: { "caio/error": { code: "ApprovalRequired" } } });
    const graver = await call(client, "everything__echo", { message: "a" }, { "caio-action": "destructive" });
    expect(graver).toMatchObject({ isError: true, _meta: { "caio/error": { code: "ApprovalRequired" } } });
    expect(await call(client, "everything__echo", { message: "a" }, { "caio-max-locality": "moon" })).toMatchObject({ isError: true, _meta: { "caio/error": { code: "InvalidRequest" } } });
  });

  it("calls at once with another: no answer goes astray, though both count their requests from nought", async () => {
    const [one, two] = await Promise.all([connected(), connected()]);
    const answers = await Promise.all(Array.from({ length: 20 }, async (_none, at) => {
      const message = `${at % 2 === 0 ? "one" : "two"} ${String(at)}`;
      return [message, textOf(await call(at % 2 === 0 ? one : two, "everything__echo", { message }))];
    }));
    for (const [message, answer] of answers) expect(answer).toBe(`Echo: ${String(message)}`);
  });

  it("is told by a type when the server was killed in between, and served again after", async () => {
    const client = await connected();
    await call(client, "memory__search_nodes", { query: "kettle" });
    const [first] = pidsOf(mark);
    expect(first).toBeDefined();
    for (const pid of pidsOf(mark)) process.kill(pid, "SIGKILL");
    // The connection may learn of it before or after the next call is sent: a typed error or a new server, never a hang.
    const next = await call(client, "memory__search_nodes", { query: "kettle" });
    if (next.isError === true) expect(next).toMatchObject({ _meta: { ...decided, "caio/error": { code: "ServiceUnavailable" } } });
    const after = await call(client, "memory__search_nodes", { query: "kettle" });
    expect(after.structuredContent).toMatchObject({ entities: [{ name: "kettle" }] });
    expect(pidsOf(mark)).not.toContain(first);
  });

  it("is told by a type when the server cannot be started, and knows the decision", async () => {
    const result = await call(await connected(), "dead__read", {});
    expect(result).toMatchObject({ isError: true, _meta: { ...decided, "caio/error": { code: "ServiceUnavailable" } } });
  });

  it("is let in with a key only", async () => {
    await expect(connected("caio_nothing")).rejects.toMatchObject({ code: 401 });
  });
});

/** Processes with this word in their command line. */
function pidsOf(word: string): readonly number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0").includes(word) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

describe("the MCP endpoint", () => {
  const headers = (): Record<string, string> => ({ authorization: `Bearer ${gateway.caller}`, "content-type": "application/json", accept: "application/json, text/event-stream" });
  const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

  it.each([
    ["GET", undefined, 405],
    ["DELETE", undefined, 405],
    ["POST", JSON.stringify([list, list]), 400],
    ["POST", "{", 400],
    ["POST", "null", 400],
    ["POST", JSON.stringify({ jsonrpc: "2.0", id: 1 }), 400],
    ["POST", JSON.stringify({ ...list, params: { pad: "x".repeat(5 * 1024 * 1024) } }), 413],
    ["POST", JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }), 202],
    ["POST", JSON.stringify({ ...list, method: "no/such" }), 200],
  ] as const)("answers %s %s with %i", async (method, payload, status) => {
    const response = await gateway.app.inject({ method, url: "/mcp", ...(payload === undefined ? { headers: { authorization: headers()["authorization"] } } : { headers: headers(), payload }) });
    expect(response.statusCode).toBe(status);
  });

  it("wants to be asked as the protocol says", async () => {
    const plain = await gateway.app.inject({ method: "POST", url: "/mcp", headers: { ...headers(), accept: "application/json" }, payload: list });
    expect(plain.statusCode).toBe(406);
    const old = await gateway.app.inject({ method: "POST", url: "/mcp", headers: { ...headers(), "mcp-protocol-version": "1900-01-01" }, payload: list });
    expect(old.statusCode).toBe(400);
  });
});
