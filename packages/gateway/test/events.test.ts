import { parsePrincipal } from "@caio/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { chatDocument } from "../src/openai/openai-request.ts";
import { EventFeed, eventKinds } from "../src/wiring/event-feed.ts";
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
  gateway = await testGateway({ targets: { cheap: target, dear: target, other: target }, config: "shadow: true\nlimits: { heartbeat_ms: 10 }\n" });
  address = await gateway.listen();
});
afterAll(() => gateway.close());

let beats = 0;

function eventOf(part: string): Record<string, unknown> {
  const lines = part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)] as const);
  const { id, data = "null" } = Object.fromEntries(lines);
  return { ...(JSON.parse(data) as Record<string, unknown>), ...(id === undefined ? {} : { event: id }) };
}

/** What a listener is told until it has heard enough. */
async function heard(key: string, enough: number, during: () => Promise<unknown>, last?: string, stop = (): boolean => false): Promise<readonly Record<string, unknown>[]> {
  const left = new AbortController();
  const response = await fetch(`${address}/api/v1/events`, { headers: { authorization: `Bearer ${key}`, ...(last === undefined ? {} : { "last-event-id": last }) }, signal: left.signal });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  await during();
  const events: Record<string, unknown>[] = [];
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      if (part === ":") beats += 1;
      else events.push(eventOf(part));
    }
    if (events.length >= enough || stop()) break;
  }
  left.abort();
  return events;
}

const chat = (model: string): Promise<Response> =>
  fetch(`${address}/v1/chat/completions`, { method: "POST", headers: { authorization: `Bearer ${gateway.caller}`, "content-type": "application/json", "caio-max-cost": "1" }, body: JSON.stringify({ model, messages: [{ role: "user", content: "Who are you?" }] }) });

const idOf = (decision: unknown): unknown => (decision as { readonly decision_id: string }).decision_id;

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

  it("put side by side what belongs together, also of requests at once on the same terms", async () => {
    const documents = ["Who are you?", "And you?"].map((content) => chatDocument({ model: "dear-1", messages: [{ role: "user", content }] }, {}));
    const { orchestrator, shadows, feed } = gateway.core;
    const caller = parsePrincipal(JSON.stringify({ subject: "test", issuer: "house", tenant: "acme", evidence: { method: "api_key" } }));
    const free = await Promise.all(documents.map(() => orchestrator.decide(chatDocument({ model: "caio:auto", messages: [{ role: "user", content: "Who?" }] }, {}), caller)));
    documents.forEach((document, at) => {
      const { decision } = free[at] ?? {};
      if (decision !== undefined) shadows.keep(document, decision);
    });
    const listener = feed.listen(({ kind }) => kind === "shadow");
    const served = await Promise.all(documents.map((document) => orchestrator.decide(document, caller)));
    listener.close();
    const told: unknown[] = [];
    for await (const { details } of listener) told.push([idOf(details["served"]), idOf(details["shadow"])]);
    expect(told).toEqual(served.map(({ decision }, at) => [decision.decisionId, free[at]?.decision.decisionId]));
  });

  it("come with a sign of life, and a listener that comes back is told what it missed, if it may hear it", async () => {
    const before = await heard(gateway.caller, 1, () => chat("caio:auto"));
    await chat("caio:auto");
    await register(gateway, contract("hidden", "elsewhere", "0.5"));
    const last = String(before[0]?.["event"]);
    const since = await heard(gateway.caller, 2, () => chat("caio:auto"), last);
    expect(since.map(({ kind }) => kind)).toEqual(["decision", "decision"]);
    const numbers = since.map(({ event }) => Number(String(event).split("-")[1]) - Number(last.split("-")[1]));
    // The service of another tenant came between.
    expect(numbers).toEqual([1, 3]);
    expect((await heard(gateway.caller, 1, () => Promise.resolve(), "0123-4"))[0]).toMatchObject({ kind: "missed" });
    beats = 0;
    await heard(gateway.admin, Number.POSITIVE_INFINITY, () => Promise.resolve(), undefined, () => beats > 0);
    expect(beats).toBeGreaterThan(0);
  });

  it("are all kinds unless some are chosen, and none that there is not", async () => {
    const told = await heard(gateway.admin, eventKinds.length, () => {
      for (const kind of eventKinds) gateway.core.feed.publish({ kind, details: {} });
      return Promise.resolve();
    });
    expect(told.map(({ kind }) => kind)).toEqual([...eventKinds]);
    for (const kinds of ["decisions", "decision,", ""]) {
      const { statusCode, body } = await gateway.app.inject({ method: "GET", url: `/api/v1/events?kinds=${kinds}`, headers: { authorization: `Bearer ${gateway.admin}` } });
      expect([kinds, statusCode, JSON.parse(body)]).toEqual([kinds, 400, { error: { code: "InvalidRequest", message: expect.stringContaining("At kinds: expected some of decision, registry,") as string, details: { at: "kinds" } } }]);
    }
  });

  it("are kept for a while: what is older is said to be missed", () => {
    const feed = new EventFeed({ now: () => 7, run: "r", kept: 3 });
    for (let at = 0; at < 10; at++) feed.publish({ kind: "decision", details: { at } });
    expect(["r-9", "r-6", "r-5", "r-10", "r", "s-9", "r--1"].map((last) => feed.listen(() => true, last).missed)).toEqual([false, false, true, true, true, true, true]);
  });

  it("let a listener go that takes less than happens, and tell it so", async () => {
    const feed = new EventFeed({ now: () => 7, run: "r", mostWaiting: 3 });
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
