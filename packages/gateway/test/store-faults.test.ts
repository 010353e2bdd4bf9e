import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openSqlStores } from "@caio/store-sql";
import { expect, it, onTestFinished } from "vitest";

import { register } from "./support/register.ts";
import { testGateway } from "./support/test-gateway.ts";

const contract = `
service_id: talker
version: 1.0.0
capabilities: [inference.chat, tools.call]
cost: { model: free }
access: { public: true }
api: { protocol: inprocess }
`;

it("no answer names the file of a store that fails; the log does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "caio-secret-place-"));
  const stores = await openSqlStores({ file: join(folder, "caio.db") });
  const lines: string[] = [];
  const talker = { execute: () => Promise.resolve({ output: { text: "hi" } }), health: () => Promise.resolve({ healthy: true }) };
  const gateway = await testGateway({ targets: { talker }, config: "log: { level: error }\n", ports: { stores, log: { write: (line) => { lines.push(line); } } } });
  onTestFinished(async () => {
    await gateway.close();
    await rm(folder, { recursive: true });
  });
  await register(gateway, contract);
  const headers = { authorization: `Bearer ${gateway.caller}`, accept: "application/json, text/event-stream" };
  // The door knows the key from now on.
  expect((await gateway.app.inject({ url: "/api/v1/services", headers })).statusCode).toBe(200);
  await stores.close();
  const chat = { model: "caio:auto", messages: [{ role: "user", content: "hello" }] };
  const message = { messageId: "m", role: "ROLE_USER", parts: [{ text: "hello" }] };
  const answers = await Promise.all([
    gateway.app.inject({ url: "/health/ready" }),
    gateway.app.inject({ url: "/api/v1/services", headers: { authorization: `Bearer ${gateway.caller.replace(/_[0-9a-f]{16}_/, "_0011223344556677_")}` } }),
    gateway.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers, payload: { caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] } } }),
    gateway.app.inject({ method: "POST", url: "/v1/chat/completions", headers, payload: chat }),
    gateway.app.inject({ method: "POST", url: "/v1/chat/completions", headers, payload: { ...chat, stream: true } }),
    gateway.app.inject({ method: "POST", url: "/a2a", headers: { ...headers, "a2a-version": "1.0" }, payload: { jsonrpc: "2.0", id: 1, method: "SendMessage", params: { message } } }),
  ]);
  const shown = answers.map(({ body }) => body);
  expect(shown.filter((body) => body.includes("caio-secret-place") || body.includes("caio.db"))).toEqual([]);
  expect(answers.slice(0, 5).map(({ statusCode }) => statusCode)).toEqual([503, 503, 503, 503, 503]);
  for (const body of shown) expect(body).toContain("the store: the store is closed");
  expect(JSON.parse(shown[0] ?? "")).toEqual({ error: { code: "ServiceUnavailable", message: expect.any(String) as string, details: { reason: "closed" } } });
  expect(lines.filter((line) => line.includes(join(folder, "caio.db"))).length).toBeGreaterThan(0);
});
