import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { EventFeed } from "../src/wiring/event-feed.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = (id: string, tenant: string, cost: string): string => `
service_id: ${id}
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 500 }
cost: { model: per_request, base_cost: "${cost}", currency: USD }
models: [{ id: ${id}-1 }]
access: { public: true${tenant === "" ? "" : `, tenants: [${tenant}]`} }
api: { protocol: inprocess }
`;

let gateway: TestGateway;
let address: string;
beforeAll(async () => {
  const execute = ({ model }: { model: string | null }): Promise<{ output: { text: string } }> => Promise.resolve({ output: { text: `I am ${String(model)}` } });
  const target = { execute, health: () => Promise.resolve({ healthy: true }) };
  gateway = await testGateway({ targets: { cheap: target, dear: target, other: target }, config: "shadow: true\n" });
  address = await gateway.listen();
});
afterAll(() => gateway.close());

/** What a listener is told until it has heard enough. */
async function heard(key: string, enough: number, during: () => Promise<unknown>): Promise<readonly Record<string, unknown>[]> {
  const left = new AbortController();
  const response = await fetch(`${address}/api/v1/events`, { headers: { authorization: `Bearer ${key}` }, signal: left.signal });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  await during();
  const events: Record<string, unknown>[] = [];
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) events.push(JSON.parse(part.slice("data: ".length)) as Record<string, unknown>);
    if (events.length >= enough) break;
  }
  left.abort();
  return events;
}

const chat = (model: string): Promise<Response> =>
  fetch(`${address}/v1/chat/completions`, { method: "POST", headers: { authorization: `Bearer ${gateway.caller}`, "content-type": "application/json", "caio-max-cost": "1" }, body: JSON.stringify({ model, messages: [{ role: "user", content: "Who are you?" }] }) });

describe("events", () => {
  it("tell of the registry: admins of all, others of what they may see", async () => {
    const asAdmin = await heard(gateway.admin, 2, () => register(gateway, contract("other", "elsewhere", "0.5"), contract("dear", "", "0.5")));
    expect(asAdmin).toMatchObject([{ kind: "registry", change: "register", service: "other" }, { kind: "registry", service: "dear" }]);
    const asCaller = await heard(gateway.caller, 1, () => register(gateway, contract("cheap", "", "0.0001")));
    expect(asCaller).toMatchObject([{ kind: "registry", service: "cheap" }]);
  });

  it("tell what shadow mode would have chosen, while the named model serves", async () => {
    let answer: Response | undefined;
    const events = await heard(gateway.caller, 3, async () => { answer = await chat("dear-1"); });
    expect(answer?.headers.get("caio-service")).toBe("dear");
    expect([answer?.headers.get("caio-shadow-service"), answer?.headers.get("caio-shadow-model")]).toEqual(["cheap", "cheap-1"]);
    expect(answer?.headers.get("caio-shadow-decision-id")).not.toBe(answer?.headers.get("caio-decision-id"));
    expect(events.map(({ kind }) => kind)).toEqual(["decision", "decision", "shadow"]);
    expect(events[2]).toMatchObject({
      same: false,
      served: { service: "dear", cost_cap_micros: 500_000, latency: { max_us: 500_000 } },
      shadow: { service: "cheap", model: "cheap-1", cost_cap_micros: 100, latency: { max_us: 500_000 } },
    });
    expect((await chat("caio:auto")).headers.get("caio-shadow-service")).toBeNull();
  });

  it("let a listener go that takes less than happens, and tell it so", async () => {
    const feed = new EventFeed(() => 7, 3);
    const slow = feed.listen(() => true);
    const fast = feed.listen(({ tenant }) => tenant === "b");
    for (const tenant of ["a", "a", "b", "a", "a"]) feed.publish({ kind: "decision", tenant, details: {} });
    expect(slow.fellBehind).toBe(true);
    const seen = [];
    for await (const event of slow) seen.push(event);
    expect(seen).toEqual([]);
    feed.close();
    for await (const { tenant, at } of fast) seen.push([tenant, at]);
    expect([seen, fast.fellBehind]).toEqual([[["b", 7]], false]);
  });
});
