import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openSqlStores } from "@caio/store-sql";
import { issueApiKey } from "@caio/security";
import { generateSigningKey } from "@caio/traceability";
import { afterEach, describe, expect, it } from "vitest";
import type { z } from "zod";

import { memoryStores, systemDoor, type GatewayStores } from "../src/index.ts";
import { decisionsPage } from "../src/views/decisions/decisions-route.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

type Page = z.output<typeof decisionsPage>;
const closing: (() => unknown)[] = [];
afterEach(async () => { for (const close of closing.splice(0).reverse()) await close(); });

const signingKey = generateSigningKey();
const SECRET = "the prompt of a person";
const contract = (id: string, latency: number, cost = "0.002"): string => `
service_id: ${id}
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: ${String(latency)} }
cost: { model: per_request, base_cost: "${cost}", currency: USD }
privacy: { data_locality: local }
access: { public: true }
api: { protocol: inprocess }
`;
const documentOf = (type: string): object => ({ caio_request: 1, intent: { text: SECRET }, requirements: { capabilities: [{ type }] }, data: { payload: { text: SECRET } } });

/** A gateway whose service `quick` answers, and a key of another tenant. */
async function opened(stores: GatewayStores = memoryStores()): Promise<{ readonly gateway: TestGateway; readonly other: string }> {
  const quick = { execute: () => Promise.resolve({ output: SECRET }), health: () => Promise.resolve({ healthy: true }) };
  const gateway = await testGateway({ targets: { quick, slow: quick }, ports: { stores, signingKey } });
  closing.push(() => gateway.close());
  const { key, record } = issueApiKey({ subject: "test", issuer: "house", tenant: "other", permissions: ["chat"], trust: 8 }, { now: systemDoor.now(), random: (size) => new Uint8Array(size).fill(7) });
  if ((await stores.keys.find(record.keyId)) === undefined) await stores.keys.add(record);
  return { gateway, other: key };
}

async function ask({ app, caller }: TestGateway, type = "inference.chat", key = caller): Promise<string> {
  const response = await app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${key}` }, payload: documentOf(type) });
  return String(response.headers["caio-decision-id"]);
}

async function look({ app, caller }: TestGateway, query = "", key = caller): Promise<Page> {
  const { statusCode, body } = await app.inject({ url: `/api/v1/decisions${query}`, headers: { authorization: `Bearer ${key}` } });
  expect([statusCode, body]).toEqual([200, expect.anything()]);
  expect(body).not.toContain(SECRET);
  return decisionsPage.parse(JSON.parse(body));
}

async function status({ app, caller }: TestGateway, query: string): Promise<number> {
  return (await app.inject({ url: `/api/v1/decisions${query}`, headers: { authorization: `Bearer ${caller}` } })).statusCode;
}

const idsOf = ({ decisions }: Page): readonly string[] => decisions.map(({ id }) => id);

describe("recent decisions", () => {
  it("are the newest first, with what was promised and what was measured, and without what was asked", async () => {
    const { gateway } = await opened();
    await register(gateway, contract("quick", 800), contract("slow", 900, "0.5"));
    const chosen = await ask(gateway);
    const refused = await ask(gateway, "vision.ocr");
    const page = await look(gateway);
    expect(idsOf(page)).toEqual([refused, chosen]);
    expect(page).toMatchObject({ next: null, currency: "USD", recorded: true });
    const [second, first] = page.decisions;
    expect(second).toMatchObject({ outcome: "refused", code: "NoMatchingService", service: null, candidates: 0, admitted: 0, promised: null, measured: null, capabilities: ["vision.ocr"] });
    expect(first).toMatchObject({
      ...{ kind: "decision", tenant: "acme", outcome: "chosen", code: null, service: "quick", model: null, candidates: 2, admitted: 2, explored: false, parent: null },
      ...{ capabilities: ["inference.chat"], runner_up: { service: "slow" }, control: { kind: "nudge" } },
      promised: { latency_us: 800_000, cost_micros: 2000, guarantees: [expect.objectContaining({ property: "latency" })] },
      measured: { status: "success", attempts: 1, cost_micros: 2000, kept: { latency: true, cost: true } },
    });
    const trace = (await gateway.app.inject({ url: `/api/v1/traces/${chosen}`, headers: { authorization: `Bearer ${gateway.caller}` } })).json<{ logIndex: number; now: number }>();
    expect([first?.index, first?.at]).toEqual([trace.logIndex, trace.now]);
  });

  it("come in pages that leave nothing out, by outcome and service too, in memory as in a file, and after a restart", async () => {
    const folder = await mkdtemp(join(tmpdir(), "caio-decisions-"));
    closing.push(() => rm(folder, { recursive: true }));
    const file = join(folder, "caio.db");
    const first = await opened(await openSqlStores({ file }));
    await register(first.gateway, contract("quick", 800));
    const asked: string[] = [];
    for (let n = 0; n < 7; n++) asked.push(await ask(first.gateway, n % 3 === 2 ? "vision.ocr" : "inference.chat"));
    await first.gateway.close();
    const { gateway } = await opened(await openSqlStores({ file }));
    const newest = asked.toReversed();
    expect(idsOf(await look(gateway))).toEqual(newest);
    const pages: string[] = [];
    for (let next: number | null = Number.MAX_SAFE_INTEGER; next !== null;) {
      const page: Page = await look(gateway, `?limit=2&before=${String(next)}`);
      expect(page.decisions.length).toBeLessThanOrEqual(2);
      pages.push(...idsOf(page));
      next = page.next;
    }
    expect(pages).toEqual(newest);
    const refused = newest.filter((_, at) => at % 3 === 1);
    expect(idsOf(await look(gateway, "?outcome=refused"))).toEqual(refused);
    expect(idsOf(await look(gateway, "?outcome=chosen"))).toEqual(newest.filter((id) => !refused.includes(id)));
    expect(idsOf(await look(gateway, "?service=quick&limit=3"))).toEqual(newest.filter((id) => !refused.includes(id)).slice(0, 3));
    expect((await look(gateway, "?service=nobody")).decisions).toEqual([]);
  });

  it("are those of one's tenant; admins see all, or one", async () => {
    const { gateway, other } = await opened();
    await register(gateway, contract("quick", 800));
    const [mine, theirs] = [await ask(gateway), await ask(gateway, "inference.chat", other)];
    expect(idsOf(await look(gateway))).toEqual([mine]);
    expect(idsOf(await look(gateway, "", other))).toEqual([theirs]);
    expect(idsOf(await look(gateway, "", gateway.admin))).toEqual([theirs, mine]);
    expect(idsOf(await look(gateway, "?tenant=other", gateway.admin))).toEqual([theirs]);
    expect(await status(gateway, "?tenant=other")).toBe(403);
    expect(await status(gateway, "?tenant=acme")).toBe(200);
    expect((await gateway.app.inject({ url: "/api/v1/decisions" })).statusCode).toBe(401);
  });

  it.each(["?limit=0", "?limit=201", "?before=-1", "?before=x", "?outcome=maybe", "?service="])("refuse %s", async (query) => {
    const { gateway } = await opened();
    expect(await status(gateway, query)).toBe(400);
  });
});
