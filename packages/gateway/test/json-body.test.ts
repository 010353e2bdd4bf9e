import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import { structureFault } from "../src/http/json-structure.ts";
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

it.each(["/api/v1/route", "/v1/chat/completions", "/api/v1/orchestrate", "/mcp", "/a2a"])("%s refuses a name that stands twice in one object, however it is spelled", async (url) => {
  for (const body of ['{"model":"a","model":"b"}', '{"a":{"b":[{"c":1,"d":{},"c":1}]}}', '{"a":1,"b":{"a":1},"\\u0061":2}', '{"":1,"":1}', '{"x\\"y":1,"x\\u0022y":1}']) {
    const [status, said] = await post(url, body);
    expect([body, status, said]).toEqual([body, 400, expect.stringContaining("twice in one object")]);
  }
  for (const body of ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}', '{"a":"a","b":"b,\\"a\\":1"}', '["a","a"]', '{"a":1,"A":1}']) {
    expect((await post(url, body))[1]).not.toContain("twice in one object");
  }
});

it("finds in any text of JSON what is there twice, and nothing else", () => {
  const name = fc.constantFrom("a", "b", "\"", "\\", "a,", "{", "ä", "__x");
  const value = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("1", "null", '"a"', '"{\\"a\\":1}"', "[]", "{}"),
      fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(" , ")}]`),
      fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }).map((members) => `{ ${members.map(([key, each]) => `${JSON.stringify(key)} : ${each}`).join(",\n")} }`),
    ),
  })).value;
  fc.assert(fc.property(value, (text) => {
    // A parser that tells of every member counts them; one that takes the last of each loses some.
    let kept = 0;
    JSON.parse(text, function count(this: unknown, key: string, each: unknown) {
      if (key !== "" && !Array.isArray(this)) kept += 1;
      return each;
    });
    expect(structureFault(text)?.kind).toBe(namesIn(text) === kept ? undefined : "twice");
  }), { numRuns: 300 });
});

/** Names of members in a text that this test wrote: each stands before space, colon and space. */
function namesIn(text: string): number {
  return text.match(/" : /g)?.length ?? 0;
}

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
