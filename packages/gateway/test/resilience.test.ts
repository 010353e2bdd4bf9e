import { OpenAiExecutor, type InProcessTarget } from "@caio/adapters";
import { CaioError } from "@caio/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = (id: string, cost: string, more = ""): string => `
service_id: ${id}
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 5000 }
cost: { model: per_request, base_cost: "${cost}", currency: USD }
access: { public: true }
api: { protocol: inprocess }
${more}`;
const document = { caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] }, limits: { budget: "1" } };

const calls = { cheap: 0, dear: 0 };
let gateway: TestGateway;
const healthy = (): Promise<{ healthy: boolean }> => Promise.resolve({ healthy: true });
const targets: Record<string, InProcessTarget> = {
  cheap: {
    execute: () => {
      calls.cheap += 1;
      return Promise.reject(new CaioError("ServiceUnavailable", "down"));
    },
    health: healthy,
  },
  dear: {
    execute: () => {
      calls.dear += 1;
      return Promise.resolve({ output: { by: "dear" } });
    },
    health: healthy,
  },
};
beforeAll(async () => {
  gateway = await testGateway({ targets });
  await register(gateway, contract("cheap", "0.001"), contract("dear", "0.9", "constraints: { rate_limit: { per_minute: 8 } }\n"));
});
afterAll(() => gateway.close());

async function ask(): Promise<{ readonly status: number; readonly attempts: { readonly service: string; readonly error: string | null }[] }> {
  const response = await gateway.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${gateway.caller}` }, payload: { ...document, requirements: { ...document.requirements, constraints: { services: ["cheap", "dear"] } } } });
  const { attempts } = response.json<{ attempts: { service: string; error: string | null }[] }>();
  return { status: response.statusCode, attempts };
}

describe("a service that only fails", () => {
  it("is called no more after a while, and callers are served by another until that has as much as it takes", async () => {
    for (let at = 0; at < 8; at++) expect((await ask()).status).toBe(200);
    expect(calls.cheap).toBeLessThanOrEqual(5);
    expect(calls.dear).toBe(8);
    const full = await ask();
    expect([full.status, full.attempts.map(({ error }) => error)]).toEqual([503, ["ServiceUnavailable", "ServiceUnavailable"]]);
    expect(calls.dear).toBe(8);
  });
});

describe("a service that is swapped while calls of its old version fail", () => {
  it("is open to callers: what the old version did says nothing of the new one", async () => {
    const old: ((fault: Error) => void)[] = [];
    let all = (): void => undefined;
    const allCalled = new Promise<void>((resolve) => { all = resolve; });
    const target: InProcessTarget = {
      health: healthy,
      execute: ({ contract: { version } }) => version !== "1.0.0" ? Promise.resolve({ output: { by: version } }) : new Promise((_resolve, reject) => {
        old.push(reject);
        if (old.length === 6) all();
      }),
    };
    const swapping = await testGateway({ targets: { swapped: target } });
    try {
      await register(swapping, contract("swapped", "0.001"));
      const headers = { authorization: `Bearer ${swapping.admin}` };
      const send = async (): Promise<number> => (await swapping.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers, payload: document })).statusCode;
      const before = Array.from({ length: 6 }, send);
      await allCalled;
      const swap = await swapping.app.inject({ method: "PUT", url: "/api/v1/services/swapped", headers: { ...headers, "content-type": "application/yaml" }, payload: contract("swapped", "0.001").replace("1.0.0", "2.0.0") });
      expect(swap.statusCode).toBe(200);
      for (const fail of old) fail(new CaioError("ServiceUnavailable", "down"));
      expect(await Promise.all(before)).toEqual([503, 503, 503, 503, 503, 503]);
      await swapping.core.orchestrator.settled();
      expect([swapping.core.circuits.state("swapped"), await send()]).toEqual(["closed", 200]);
    } finally {
      await swapping.close();
    }
  });
});

describe("a payload that its protocol cannot carry", () => {
  it("is sent to nobody, and closes the service to nobody", async () => {
    const house = await testGateway({ executor: new OpenAiExecutor() });
    await register(house, contract("talker", "0.001").replace("{ protocol: inprocess }", '{ protocol: openai, base_url: "http://127.0.0.1:9/v1" }\nprivacy: { data_locality: local }'));
    for (let at = 0; at < 6; at++) {
      const response = await house.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${house.caller}` }, payload: { ...document, data: { payload: "text" } } });
      expect(response.json<{ readonly error: unknown }>().error).toMatchObject({ code: "ExecutionFailed", details: { not_sent: true } });
    }
    expect(house.core.circuits.state("talker")).toBe("closed");
    await house.close();
  });
});
