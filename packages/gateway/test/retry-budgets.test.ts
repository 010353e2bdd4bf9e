import { randomInt } from "node:crypto";

import type { ServiceCall } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { afterEach, describe, expect, it } from "vitest";

import { parseGatewayConfig } from "../src/index.ts";
import { RetryBudgets } from "../src/wiring/resilience/retry-budgets.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

let gateway: TestGateway | undefined;
afterEach(() => gateway?.close());

const contract = "service_id: away\nversion: 1.0.0\ncapabilities: [inference.chat]\ncost: { model: free }\nprivacy: { data_locality: local }\naccess: { public: true }\napi: { protocol: inprocess }\n";
const document = { caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] } };

async function away(retries: string): Promise<{ readonly ask: () => Promise<number>; readonly calls: ServiceCall[] }> {
  const calls: ServiceCall[] = [];
  const execute = (call: ServiceCall): Promise<never> => {
    calls.push(call);
    return Promise.reject(new CaioError("ServiceUnavailable", "down"));
  };
  const opened = await testGateway({
    targets: { away: { execute, health: () => Promise.resolve({ healthy: true }) } },
    policy: "caio_policy: 1\nid: house\nretry: { max_attempts: 4, backoff_ms: 1 }\n",
    config: `circuits: { enabled: false }\nretries: ${retries}\n`,
  });
  gateway = opened;
  await register(opened, contract);
  const ask = async (): Promise<number> => (await opened.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${opened.caller}` }, payload: document })).statusCode;
  return { ask, calls };
}

describe("a budget of retries", () => {
  it("lets no more be made than the reserve and the share of the calls, over every stretch of time", () => {
    const seed = randomInt(2 ** 31);
    console.log(`seed ${String(seed)}`);
    let state = seed;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return state % below;
    };
    const terms = { sharePpm: 100_000, reserve: 3 };
    const budgets = new RetryBudgets(terms);
    const history: { readonly call: boolean }[] = [];
    for (let at = 0; at < 3000; at++) {
      if (next(3) === 0) {
        budgets.called("a");
        history.push({ call: true });
      } else if (budgets.mayRetry("a")) history.push({ call: false });
    }
    for (let tries = 0; tries < 300; tries++) {
      const from = next(history.length);
      const stretch = history.slice(from, from + next(history.length - from) + 1);
      const calls = stretch.filter(({ call }) => call).length;
      expect(stretch.length - calls).toBeLessThanOrEqual(terms.reserve + calls * 0.1 + 1e-9);
    }
  });

  it("keeps the load of a service that is away near that of its callers, each retry under the key of its call", async () => {
    const { ask, calls } = await away("{ share: 0.1, reserve: 5 }");
    for (let at = 0; at < 60; at++) expect(await ask()).toBe(503);
    // 5 before any call was made, and a tenth of a retry for each; a bucket that is full takes no more in.
    expect(calls.length).toBeGreaterThan(60);
    expect(calls.length).toBeLessThanOrEqual(60 + 5 + 6);
    expect(new Set(calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(60);
    expect(new Set(calls.map(({ idempotencyKey, decisionId }) => `${idempotencyKey} ${decisionId}`)).size).toBe(60);
  });

  it("without a reserve, which would allow no retry whatever the share is, is refused where it is written", () => {
    for (const retries of ["{ reserve: 0 }", "{ share: 1, reserve: 0 }"]) expect(() => parseGatewayConfig(`caio_gateway: 1\nretries: ${retries}\n`)).toThrow(/retries\.reserve: .*share: 0, too/);
    expect(parseGatewayConfig("caio_gateway: 1\nretries: { share: 0, reserve: 0 }\n").retries).toEqual({ sharePpm: 0, reserve: 0 });
  });

  it("of nothing makes each call once", async () => {
    const { ask, calls } = await away("{ share: 0, reserve: 0 }");
    for (let at = 0; at < 10; at++) await ask();
    expect(calls.length).toBe(10);
  });
});
