import { afterAll, beforeAll, expect, it } from "vitest";

import { testGateway, type TestGateway } from "./support/test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await testGateway();
});
afterAll(() => gateway.close());

async function post(url: string, payload: string, headers: Record<string, string> = {}): Promise<[number, string]> {
  const { statusCode, body } = await gateway.app.inject({ method: "POST", url, payload, headers: { authorization: `Bearer ${gateway.caller}`, "content-type": "application/json", ...headers } });
  return [statusCode, body];
}

it.each(["/api/v1/route", "/v1/chat/completions", "/api/v1/orchestrate"])("%s refuses what is nested deeper than anything behind takes", async (url) => {
  for (const depth of [129, 100_000]) {
    const [status, body] = await post(url, `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
    expect(status).toBe(400);
    expect(body).toContain("nested deeper than 128");
  }
});

it("counts brackets, not their pictures in strings", async () => {
  const [status, body] = await post("/v1/chat/completions", JSON.stringify({ a: `${"[".repeat(500)}\\"${"{".repeat(500)}"`, b: '\\', c: "[".repeat(200) }));
  expect([status, body.includes("nested deeper")]).toEqual([expect.any(Number), false]);
  expect(status).toBeLessThan(500);
  const [atLimit, said] = await post("/v1/chat/completions", `${"[".repeat(128)}${"]".repeat(128)}`);
  expect([atLimit < 500, said.includes("nested deeper")]).toEqual([true, false]);
});

it("refuses a content coding, and names that would change a prototype", async () => {
  expect((await post("/api/v1/route", "{}", { "content-encoding": "gzip" }))[0]).toBe(400);
  expect((await post("/api/v1/route", '{"__proto__":{"a":1}}'))[0]).toBe(400);
  expect((await post("/api/v1/route", '{"constructor":{"prototype":1}}'))[0]).toBe(400);
});

it("takes whatever it is sent for a bundle, and finds that it is none", async () => {
  for (const body of [`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, '{"__proto__":{"a":1}}', "[".repeat(500_000), "null", "\u0000"]) {
    const [status, said] = await post("/api/v1/verify", body);
    expect([status, JSON.parse(said)]).toMatchObject([200, { valid: false }]);
  }
  expect((await post("/api/v1/verify", "{}", { "content-encoding": "gzip" }))[0]).toBe(400);
});
