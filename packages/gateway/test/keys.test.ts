import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { systemDoor } from "../src/index.ts";
import { TokenBuckets } from "../src/door/token-bucket.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const talker = `
service_id: talker
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 5000 }
cost: { model: free }
access: { public: true }
api: { protocol: inprocess }
`;
const document = { caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] } };

let gateway: TestGateway;
let release: () => void;
let executing = 0;
beforeAll(async () => {
  const held = new Promise<void>((resolve) => { release = resolve; });
  const execute = async (): Promise<{ output: { text: string } }> => {
    executing += 1;
    await held;
    return { output: { text: "hi" } };
  };
  gateway = await testGateway({ targets: { talker: { execute, health: () => Promise.resolve({ healthy: true }) } }, config: "limits: { per_key_per_minute: 40 }\n" });
  await register(gateway, talker);
});
afterAll(() => gateway.close());

interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly retryAfter: unknown;
}

async function call(method: "GET" | "POST" | "PUT" | "DELETE", url: string, key: string, payload?: object): Promise<Reply> {
  const response = await gateway.app.inject({ method, url, headers: { authorization: `Bearer ${key}` }, ...(payload === undefined ? {} : { payload }) });
  return { status: response.statusCode, json: JSON.parse(response.body) as Record<string, unknown>, retryAfter: response.headers["retry-after"] };
}

async function newKey(more: object = {}): Promise<{ readonly id: string; readonly key: string }> {
  const { status, json } = await call("POST", "/api/v1/keys", gateway.admin, { subject: "ci", tenant: "acme", permissions: ["chat"], trust: 4, ...more });
  expect(status).toBe(201);
  return { id: String(json["key_id"]), key: String(json["key"]) };
}

describe("keys", () => {
  it("are made, shown once, listed without what would open a door, and revoked", async () => {
    const { id, key } = await newKey({ region: "eu", traits: { conservative: 0.25, confidential: 0.5, risk: 0 }, limits: { budget: { day_micros: 5_000_000 } } });
    expect((await call("GET", "/api/v1/services", key)).status).toBe(200);
    const list = await call("GET", "/api/v1/keys", gateway.admin);
    const text = JSON.stringify(list.json);
    expect(text).toContain(id);
    expect(text).not.toContain(key.split("_").slice(2).join("_"));
    expect(text).not.toMatch(/[0-9a-f]{64}/);
    expect((await call("DELETE", `/api/v1/keys/${id}`, gateway.admin)).json).toMatchObject({ key_id: id, revoked_at: expect.any(Number) as number });
    expect((await call("GET", "/api/v1/services", key)).status).toBe(401);
  });

  it("are rotated: another key with the same rights, and the old one ends", async () => {
    const { id, key } = await newKey({ region: "eu", limits: { budget: { month_micros: 70 }, requests_per_minute: 500 } });
    const rotated = await call("POST", `/api/v1/keys/${id}/rotate`, gateway.admin);
    expect([rotated.status, rotated.json]).toEqual([201, expect.objectContaining({ replaces: id, subject: "ci", region: "eu", permissions: ["chat"], trust: 4, limits: expect.objectContaining({ requests_per_minute: 500 }) as object })]);
    expect((await call("GET", "/api/v1/services", key)).status).toBe(401);
    expect((await call("GET", "/api/v1/services", String(rotated.json["key"]))).status).toBe(200);
    expect((await call("POST", `/api/v1/keys/${id}/rotate`, gateway.admin)).json).toMatchObject({ error: { code: "InvalidPrincipal" } });
    expect((await call("POST", `/api/v1/keys/${String(rotated.json["key_id"])}/rotate`, String(rotated.json["key"]))).status).toBe(403);
  });

  it("are rotated once, however many ask at once, and a key that ends meanwhile has no successor", async () => {
    const { id } = await newKey({ subject: "twice" });
    const live = async (subject: string): Promise<number> => {
      const { keys } = (await call("GET", "/api/v1/keys", gateway.admin)).json as { readonly keys: readonly { readonly subject: string; readonly revoked_at: number | null }[] };
      return keys.filter((key) => key.subject === subject && key.revoked_at === null).length;
    };
    const all = await Promise.all([1, 2, 3].map(() => call("POST", `/api/v1/keys/${id}/rotate`, gateway.admin)));
    expect(all.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
    expect(await live("twice")).toBe(1);
    const other = await newKey({ subject: "ended" });
    const [ended, rotated] = await Promise.all([call("DELETE", `/api/v1/keys/${other.id}`, gateway.admin), call("POST", `/api/v1/keys/${other.id}/rotate`, gateway.admin)]);
    expect([ended.status, rotated.json]).toEqual([200, expect.objectContaining({ error: expect.objectContaining({ code: "InvalidPrincipal" }) as object })]);
    expect(await live("ended")).toBe(0);
  });

  it("are the business of admins, but for one's own usage", async () => {
    const { id, key } = await newKey({ limits: { budget: { month_micros: 70 } } });
    for (const [method, url] of [["GET", "/api/v1/keys"], ["DELETE", `/api/v1/keys/${id}`], ["POST", "/api/v1/keys"], ["PUT", `/api/v1/keys/${id}/limits`]] as const) {
      expect((await call(method, url, key, method === "GET" || method === "DELETE" ? undefined : {})).status).toBe(403);
    }
    expect((await call("GET", `/api/v1/keys/${id}/usage`, key)).json).toMatchObject({ month: { spent_micros: 0, reserved_micros: 0, limit_micros: 70 }, day: { limit_micros: null } });
    const other = await newKey();
    expect((await call("GET", `/api/v1/keys/${id}/usage`, other.key)).status).toBe(403);
  });

  it("that were replaced or revoked take no other limits: they are wanted for the one in their place", async () => {
    const { key: admin } = await newKey({ permissions: ["caio.admin"], limits: { requests_per_minute: 6000 } });
    const { id } = await newKey({ subject: "behind", limits: { requests_per_minute: 500 } });
    const { json } = await call("POST", `/api/v1/keys/${id}/rotate`, admin);
    const late = await call("PUT", `/api/v1/keys/${id}/limits`, admin, { requests_per_minute: 5 });
    expect([late.status, late.json]).toEqual([400, { error: { code: "InvalidPrincipal", message: expect.stringContaining("GET /api/v1/keys") as string, details: { key_id: id } } }]);
    const { keys } = (await call("GET", "/api/v1/keys", admin)).json as { readonly keys: readonly { readonly key_id: string; readonly limits: object }[] };
    for (const each of [id, String(json["key_id"])]) expect(keys.find(({ key_id: found }) => found === each)?.limits).toMatchObject({ requests_per_minute: 500 });
  });

  it("refuses an end in milliseconds, and one that has come", async () => {
    const make = (exp: number): Promise<Reply> => call("POST", "/api/v1/keys", gateway.admin, { subject: "ci", tenant: "acme", exp });
    const now = Math.floor(systemDoor.now() / 1000);
    for (const exp of [0, now - 60, now, (now + 3600) * 1000, 253_402_300_800]) {
      const { status, json } = await make(exp);
      expect([exp, status, json]).toEqual([exp, 400, { error: { code: "InvalidRequest", message: expect.stringContaining("seconds since 1970") as string, details: expect.objectContaining({ at: "exp" }) as object } }]);
    }
    for (const exp of [now + 3600, 253_402_300_799]) expect((await make(exp)).json).toMatchObject({ exp });
  });

  it("refuses what is no key, with the place", async () => {
    expect((await call("POST", "/api/v1/keys", gateway.admin, { subject: "ci", tenant: "acme", trust: 11 })).json).toMatchObject({ error: { code: "InvalidRequest", details: { at: "trust" } } });
    expect((await call("POST", "/api/v1/keys", gateway.admin, { subject: "ci", tenant: "Not an id" })).json).toMatchObject({ error: { code: "InvalidPrincipal" } });
    expect((await call("POST", "/api/v1/keys", gateway.admin, { subject: "ci", tenant: "acme", admin: true })).status).toBe(400);
    expect((await call("DELETE", "/api/v1/keys/0011223344556677", gateway.admin)).status).toBe(404);
    const { key: admin } = await newKey({ permissions: ["caio.admin"] });
    for (const [method, end] of [["DELETE", ""], ["POST", "/rotate"], ["PUT", "/limits"], ["GET", "/usage"]] as const) {
      const { status, json } = await call(method, `/api/v1/keys/ci${end}`, admin, method === "PUT" ? {} : undefined);
      expect([method, status, json]).toEqual([method, 400, { error: { code: "InvalidRequest", message: "At id: expected the 16 hex digits of a key id.", details: { at: "id" } } }]);
    }
  });
});

describe("limits of a key", () => {
  it("hold requests a minute, with a word on when to come back; a change holds at once", async () => {
    const { id, key } = await newKey({ limits: { requests_per_minute: 2 } });
    const statuses = [];
    for (let at = 0; at < 3; at++) statuses.push((await call("GET", "/api/v1/services", key)).status);
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await call("GET", "/v1/models", key);
    expect(refused).toMatchObject({ status: 429, json: { error: { code: "RateLimited", type: "rate_limit_error" } } });
    expect(Number(refused.retryAfter)).toBeGreaterThan(20);
    expect((await call("PUT", `/api/v1/keys/${id}/limits`, gateway.admin, { requests_per_minute: 6000 })).status).toBe(200);
    await expect.poll(async () => (await call("GET", "/api/v1/services", key)).status, { timeout: 20_000 }).toBe(200);
  });

  it("hold the configuration's rate where the key has none", async () => {
    const { key } = await newKey();
    const begun = performance.now();
    const statuses = await Promise.all(Array.from({ length: 45 }, async () => (await call("GET", "/api/v1/services", key)).status));
    // What came in is 40, and what a busy machine's time adds.
    const grown = Math.ceil((performance.now() - begun) * (40 / 60_000));
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(40 + grown);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(40);
  });

  it("hold requests in flight, and let the next in when one has ended", async () => {
    const { key } = await newKey({ limits: { concurrent_requests: 2 } });
    const running = [1, 2].map(() => call("POST", "/api/v1/orchestrate", key, document));
    await expect.poll(() => executing, { timeout: 20_000 }).toBe(2);
    expect(await call("POST", "/api/v1/orchestrate", key, document)).toMatchObject({ status: 429, retryAfter: "1" });
    release();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await call("POST", "/api/v1/orchestrate", key, document)).status).toBe(200);
  });
});

describe("a bucket", () => {
  it("never gives more than n at once and n a minute, and gives what it says it will when it says", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.array(fc.integer({ min: -1000, max: 5000 }), { maxLength: 200 }), (perMinute, steps) => {
        const buckets = new TokenBuckets();
        let now = 1_764_000_000_000;
        // The bucket is opened, full, at the first request.
        const start = now + (steps[0] ?? 0);
        let latest = start;
        let taken = 0;
        for (const step of steps) {
          now += step;
          latest = Math.max(latest, now);
          const waitMs = buckets.take("a", perMinute, now);
          if (waitMs === 0) taken += 1;
          else {
            now = latest + waitMs;
            latest = now;
            expect(buckets.take("a", perMinute, now)).toBe(0);
            taken += 1;
          }
          expect(taken).toBeLessThanOrEqual(perMinute + Math.floor(((latest - start) * perMinute) / 60_000));
        }
      }),
    );
    expect(new TokenBuckets().take("a", 0, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
