import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { randomBytes } from "node:crypto";

import { McpExecutor, ProtocolDispatcher, type McpServerCommand } from "@caio/adapters";
import { issueApiKey } from "@caio/security";
import { verifyBundle } from "@caio/verifier";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult, Tool } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { APPROVE, systemDoor } from "../src/index.ts";
import { listed } from "./support/listed.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

/** The servers as npm has them, unchanged, each with a folder of its own. */
const require = createRequire(import.meta.url);
const box = mkdtempSync(join(tmpdir(), "caio-real-mcp-"));
const scripts = {
  everything: require.resolve("@modelcontextprotocol/server-everything/dist/index.js"),
  filesystem: require.resolve("@modelcontextprotocol/server-filesystem/dist/index.js"),
  memory: require.resolve("@modelcontextprotocol/server-memory/dist/index.js"),
  thinking: require.resolve("@modelcontextprotocol/server-sequential-thinking/dist/index.js"),
};
type Name = keyof typeof scripts;
const names = Object.keys(scripts) as readonly Name[];

function command(name: Name, memoryFile: string): McpServerCommand {
  const more = { everything: ["stdio"], filesystem: [box], memory: [], thinking: [] }[name];
  return { command: process.execPath, args: [scripts[name], ...more], env: { MEMORY_FILE_PATH: join(box, memoryFile), DISABLE_THOUGHT_LOGGING: "true" } };
}

/** What an operator says of tools that change something; the others only read. */
const effects: Readonly<Record<string, "write" | "delete">> = {
  write_file: "write", edit_file: "write", create_directory: "write", move_file: "write",
  create_entities: "write", create_relations: "write", add_observations: "write",
  delete_entities: "delete", delete_observations: "delete", delete_relations: "delete",
};

/** A contract for all tools of a server, each by a capability of its own. */
function contract(name: Name, tools: readonly Tool[]): string {
  const endpoints = tools.map(({ name: tool }) => ({ tool, capability: `${name}.${tool.toLowerCase()}.${effects[tool] ?? "read"}` }));
  return JSON.stringify({
    ...{ service_id: name, version: "1.0.0", capabilities: endpoints.map(({ capability }) => capability), access: { public: true } },
    ...{ cost: { model: "free" }, privacy: { data_locality: "local" }, api: { protocol: "mcp", server: name, endpoints } },
  });
}

const policy = `
caio_policy: 1
id: house
rules:
  - { id: human, when: 'request.action.kind == "destructive"', oblige: [human_approval], reason: A person confirms. }
`;

let gateway: TestGateway;
/** The client of the SDK, unmodified, at the gateway; and one at each server itself. */
let client: Client;
const direct = new Map<Name, Client>();
const tools = new Map<Name, readonly Tool[]>();

beforeAll(async () => {
  writeFileSync(join(box, "note.txt"), "seven\nlines\n");
  for (const name of names) {
    const own = new Client({ name: "test", version: "1" });
    const { command: program, args = [], env = {} } = command(name, "direct.jsonl");
    await own.connect(new StdioClientTransport({ command: program, args: [...args], env: { ...env }, stderr: "ignore" }));
    direct.set(name, own);
    tools.set(name, (await own.listTools()).tools);
  }
  const servers = Object.fromEntries(names.map((name) => [name, command(name, "gateway.jsonl")]));
  const mcp = new McpExecutor({ servers, connectTimeoutMs: 50_000 });
  gateway = await testGateway({ executor: new ProtocolDispatcher([mcp]), policy, config: "approvals: { wait_ms: 0 }\n" });
  await register(gateway, ...names.map((name) => contract(name, tools.get(name) ?? [])));
  await listed(gateway, mcp);
  client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", await gateway.listen()), { requestInit: { headers: { authorization: `Bearer ${gateway.caller}` } } }));
});
afterAll(async () => {
  await Promise.all([client, ...direct.values()].map((each) => each.close()));
  await gateway.close();
  rmSync(box, { recursive: true, force: true });
});

async function call(name: Name, tool: string, parameters: Record<string, unknown>, meta?: Record<string, unknown>): Promise<CallToolResult> {
  return (await client.callTool({ name: `${name}__${tool}`, arguments: parameters, ...(meta === undefined ? {} : { _meta: meta }) })) as CallToolResult;
}

/** Structured content is what counts, if there is any; the text beside it is the same in words. */
function said({ content, structuredContent }: CallToolResult): unknown {
  return structuredContent ?? content;
}

const calls: readonly (readonly [Name, string, Record<string, unknown>])[] = [
  ["everything", "echo", { message: "hello" }],
  ["everything", "get-sum", { a: 2, b: 40 }],
  ["everything", "get-tiny-image", {}],
  ["everything", "get-structured-content", { location: "Chicago" }],
  ["everything", "get-annotated-message", { messageType: "error" }],
  ["filesystem", "read_text_file", { path: join(box, "note.txt") }],
  ["filesystem", "list_directory", { path: box }],
  ["filesystem", "read_text_file", { path: "/etc/passwd" }],
  ["memory", "create_entities", { entities: [{ name: "kettle", entityType: "thing", observations: ["whistles"] }] }],
  ["memory", "search_nodes", { query: "kettle" }],
  ["memory", "read_graph", {}],
  ["thinking", "sequentialthinking", { thought: "First, look.", nextThoughtNeeded: true, thoughtNumber: 1, totalThoughts: 2 }],
  ["thinking", "sequentialthinking", { thought: "Then leap.", nextThoughtNeeded: false, thoughtNumber: 2, totalThoughts: 2 }],
];

describe("four real MCP servers behind the gateway", () => {
  it("are listed with all their tools, as each describes its own", async () => {
    const { tools: shown } = await client.listTools();
    const expected = names.flatMap((name) => (tools.get(name) ?? []).map((tool) => ({ ...tool, name: `${name}__${tool.name}` })));
    expect(shown.map(({ name }) => name)).toEqual(expected.map(({ name }) => name).sort());
    expect(shown.length).toBeGreaterThan(30);
    for (const { name, description, inputSchema, outputSchema } of expected) {
      const found = shown.find((tool) => tool.name === name);
      expect([found?.description, found?.inputSchema, found?.outputSchema], name).toEqual([description, inputSchema, outputSchema]);
    }
  });

  it.each(calls)("answer through it as they answer themselves: %s %s %j", async (name, tool, parameters) => {
    await client.listTools();
    const itself = (await direct.get(name)?.callTool({ name: tool, arguments: parameters })) as CallToolResult;
    const { _meta: meta, ...through } = await call(name, tool, parameters);
    expect(meta?.["caio/decision-id"]).toMatch(/^[0-9a-f]{64}$/);
    if (itself.isError === true) expect(through).toMatchObject({ isError: true });
    else expect(said(through)).toEqual(said(itself));
    const bundle = await gateway.app.inject({ url: `/api/v1/traces/${String(meta?.["caio/decision-id"])}/bundle`, headers: { authorization: `Bearer ${gateway.caller}` } });
    const key = await gateway.app.inject({ url: "/api/v1/log/key" });
    expect((await verifyBundle(bundle.body, { publicKey: key.body.trim() })).valid).toBe(true);
  });

  it("stay open to others, however often a caller asks for what is not there", async () => {
    for (let at = 0; at < 6; at++) expect(await call("filesystem", "read_text_file", { path: join(box, "none.txt") })).toMatchObject({ isError: true, _meta: { "caio/error": { code: "ExecutionFailed" } } });
    expect(gateway.core.circuits.state("filesystem")).toBe("closed");
    expect((await call("filesystem", "read_text_file", { path: join(box, "note.txt") })).isError).toBeUndefined();
  });

  it("write a file that is there", async () => {
    const path = join(box, "written.txt");
    expect((await call("filesystem", "write_file", { path, content: "through the gateway" })).isError).toBeUndefined();
    expect(readFileSync(path, "utf8")).toBe("through the gateway");
  });

  it("forget something only when a person has approved it", async () => {
    const forget = { entityNames: ["kettle"] };
    const refused = await call("memory", "delete_entities", forget);
    expect(refused).toMatchObject({ isError: true, _meta: { "caio/error": { code: "ApprovalRequired" } } });
    expect(JSON.stringify(await call("memory", "read_graph", {}))).toContain("kettle");
    const { approval } = (refused._meta?.["caio/error"] as { readonly details: { readonly approval: string } }).details;
    const { key, record } = issueApiKey({ subject: "boss", issuer: "house", tenant: "acme", permissions: [APPROVE], trust: 5 }, { now: systemDoor.now(), random: (size) => randomBytes(size) });
    await gateway.core.knownKeys.add(record);
    const said = await gateway.app.inject({ method: "POST", url: `/api/v1/approvals/${approval}`, headers: { authorization: `Bearer ${key}` }, payload: { decision: "approve" } });
    expect(said.statusCode).toBe(200);
    expect((await call("memory", "delete_entities", forget, { "caio-approval": approval })).isError).toBeUndefined();
    expect(JSON.stringify(await call("memory", "read_graph", {}))).not.toContain("kettle");
  });

  it("answer many calls at once, each its own", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, async (_none, at) => {
      const { content: [first] } = at % 2 === 0 ? await call("everything", "echo", { message: String(at) }) : await call("everything", "get-sum", { a: at, b: 1000 });
      return [at, first?.type === "text" ? first.text : ""] as const;
    }));
    for (const [at, text] of answers) expect(text).toContain(at % 2 === 0 ? `Echo: ${String(at)}` : String(at + 1000));
  });
});
