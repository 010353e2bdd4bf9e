import { describe, expect, it } from "vitest";

import { streamCall, type ServiceCall, type ServiceExecutor, type ServiceStreamEvent } from "../src/index.ts";

const call: ServiceCall = {
  decisionId: "d",
  idempotencyKey: "i",
  contract: {
    ...{ serviceId: "a", version: "1.0.0", capabilities: [], guarantees: [], models: [], alignment: {}, constraints: {} },
    privacy: { compliance: [] },
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 0, tenants: [], public: true },
    api: { protocol: "http", endpoints: [] },
    metadata: { tags: [] },
  },
  model: null,
  endpoint: undefined,
  payload: null,
  deadlineUs: 1000,
};

const plain: ServiceExecutor = {
  protocols: ["http"],
  execute: () => Promise.resolve({ output: { text: "whole" }, usage: { outputTokens: 3 } }),
  health: () => Promise.resolve({ healthy: true }),
  close: () => Promise.resolve(),
};

async function collect(executor: ServiceExecutor): Promise<ServiceStreamEvent[]> {
  const events: ServiceStreamEvent[] = [];
  for await (const event of streamCall(executor, call, new AbortController().signal)) events.push(event);
  return events;
}

describe("a call as a stream", () => {
  it("of an executor that answers whole is one delta and an end", async () => {
    expect(await collect(plain)).toEqual([
      { kind: "delta", value: { text: "whole" }, outputTokens: 3 },
      { kind: "end", finish: "stop", output: { text: "whole" }, usage: { outputTokens: 3 } },
    ]);
  });

  it("of an executor that streams is what it says", async () => {
    const end: ServiceStreamEvent = { kind: "end", finish: "length" };
    // eslint-disable-next-line @typescript-eslint/require-await -- an executor that need not wait
    const stream = async function* (): AsyncGenerator<ServiceStreamEvent> {
      yield end;
    };
    expect(await collect({ ...plain, stream })).toEqual([end]);
  });

  it("fails as the plain call does", async () => {
    const failing = { ...plain, execute: () => Promise.reject(new Error("no")) };
    await expect(collect(failing)).rejects.toThrow("no");
  });
});
