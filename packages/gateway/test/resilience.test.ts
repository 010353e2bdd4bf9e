import { OpenAiExecutor, type InProcessTarget } from "@caio/adapters";
import { ContractParser, type ServiceContract } from "@caio/contracts";
import { CaioError } from "@caio/core";
import type { Attempt } from "@caio/orchestrator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { serviceFailed, type OwnPatience } from "../src/wiring/resilience/service-failure.ts";
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
  // No probe comes meanwhile, however slow the machine.
  gateway = await testGateway({ targets, config: "circuits: { open_ms: 60000 }\n" });
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
      // The caller's to mend, so no 5xx.
      expect(response.statusCode).toBe(422);
      expect(response.json<{ readonly error: unknown }>().error).toMatchObject({ code: "ExecutionFailed", details: { not_sent: true } });
    }
    expect(house.core.circuits.state("talker")).toBe("closed");
    await house.close();
  });
});

describe("a service that hangs", () => {
  it("is closed to nobody by deadlines shorter than what the policy gives, and to all once it had that", async () => {
    const hung: InProcessTarget = { execute: () => new Promise(() => undefined), health: healthy };
    const house = await testGateway({ targets: { hung }, policy: "caio_policy: 1\nid: house\nlimits: { deadline_ms: 300 }\n" });
    await register(house, contract("hung", "0.001").replace("guarantees: { latency_ms: 5000 }\n", ""));
    const hang = async (more: object): Promise<unknown> => {
      const response = await house.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${house.caller}` }, payload: { ...document, fallback: false, limits: { budget: "1", ...more } } });
      await house.core.orchestrator.settled();
      return response.json<{ readonly error: { readonly code: unknown } }>().error.code;
    };
    for (let at = 0; at < 6; at++) expect(await hang({ deadline_ms: 120 })).toBe("DeadlineExceeded");
    expect(house.core.circuits.state("hung")).toBe("closed");
    for (let at = 0; at < 5; at++) expect(await hang({})).toBe("DeadlineExceeded");
    expect(house.core.circuits.state("hung")).toBe("open");
    await house.close();
  });
});

describe("a timeout speaks against a service", () => {
  const MS = 1000;
  const own: OwnPatience = { deadlineUs: 30_000 * MS, maxAttempts: 2, firstDeltaUs: 30_000 * MS, betweenDeltasUs: 15_000 * MS };
  const promising = new ContractParser().parse(contract("hung", "0.001"));
  const silent = new ContractParser().parse(contract("hung", "0.001").replace("guarantees: { latency_ms: 5000 }\n", ""));
  const late = (of: ServiceContract, tookMs: number, leftMs: number | null, more: { readonly attempt?: number; readonly status?: number } = {}): boolean | undefined => {
    const details = more.status === undefined ? {} : { status: more.status };
    const attempt = {
      attempt: more.attempt ?? 1,
      contract: of,
      decision: { outcome: { limits: { deadlineUs: leftMs === null ? null : leftMs * MS } } },
      enforcement: { status: "timeout", latencyUs: tookMs * MS, error: new CaioError("DeadlineExceeded", "late", { details }) },
    };
    return serviceFailed(attempt as unknown as Attempt, own);
  };

  it("that had what it promises, or what the policy gives, and never by a caller's shorter deadline", () => {
    expect([late(promising, 5000, 5000), late(promising, 4999, 4999), late(promising, 4999, null)]).toEqual([true, undefined, undefined]);
    expect([late(silent, 1200, 1200), late(silent, 20_000, 20_000), late(silent, 15_000, null), late(silent, 29_990, 30_000)]).toEqual([undefined, undefined, true, true]);
    expect([late(silent, 14_980, 14_990, { attempt: 2 }), late(silent, 5000, 5000, { attempt: 2 }), late(silent, 1200, null)]).toEqual([true, undefined, undefined]);
  });

  it("that says itself that it is late, unless a caller gave it less time", () => {
    expect([late(silent, 100, null, { status: 504 }), late(silent, 100, 1200, { status: 504 })]).toEqual([true, undefined]);
  });
});
