import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { InProcessExecutor, type InProcessTarget } from "@caio/adapters";
import { parsePolicySet } from "@caio/rules";
import { InMemoryBudgetLedger, issueApiKey, type KeyLimits } from "@caio/security";
import { openSqlStores } from "@caio/store-sql";
import { generateSigningKey } from "@caio/traceability";
import { afterEach, describe, expect, it } from "vitest";

import { ADMIN, memoryStores, openGateway, parseGatewayConfig, systemClock, systemDoor, type Gateway, type GatewayStores } from "../src/index.ts";
import { register } from "./support/register.ts";

const contract = (cost: string, more = ""): string => `
service_id: talker
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 60000 }
cost: ${cost}
privacy: { data_locality: local }
access: { public: true }
api: { protocol: inprocess }
${more}`;
const perRequest = contract('{ model: per_request, base_cost: "0.0001", currency: USD }');
const document = { caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] }, data: { payload: { text: "hello" } } };

/** A clock by which these tests begin at noon: none of them is to see a new day begin. */
const shiftMs = Date.UTC(2026, 0, 15, 12) - systemDoor.now();
const door = { ...systemDoor, now: () => systemDoor.now() + shiftMs };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface House {
  readonly gateway: Gateway & { readonly admin: string; readonly caller: string };
  readonly keyId: string;
  readonly limited: string;
}

async function houseOver(stores: GatewayStores, target: InProcessTarget, limits: KeyLimits, rules = ""): Promise<House> {
  await stores.policies.put(parsePolicySet(`caio_policy: 1\nid: house\nlimits: { deadline_ms: 120000 }\n${rules}`), { actor: "test", at: door.now() });
  const keyOf = async (permissions: readonly string[], own?: KeyLimits): Promise<{ readonly key: string; readonly keyId: string }> => {
    const grant = { subject: "test", issuer: "house", tenant: "acme", permissions, trust: 8 };
    const { key, record } = issueApiKey(grant, { now: door.now(), random: (size) => randomBytes(size), ...(own === undefined ? {} : { limits: own }) });
    await stores.keys.add(record);
    return { key, keyId: record.keyId };
  };
  const admin = await keyOf([ADMIN]);
  const limited = await keyOf([], limits);
  const executor = new InProcessExecutor({ services: new Map([["talker", target], ["dear", target]]) });
  const config = parseGatewayConfig("caio_gateway: 1\nlisten: { port: 0 }\nlog: { level: silent }\n");
  const opened = await openGateway(config, { stores, executor, signingKey: generateSigningKey(), clock: systemClock, door }, "house");
  closing.push(() => opened.close());
  const gateway = { ...opened, admin: admin.key, caller: limited.key };
  return { gateway, keyId: limited.keyId, limited: limited.key };
}

async function ask({ gateway, limited }: House, more: object = {}): Promise<{ readonly status: number; readonly body: { readonly error?: { readonly code: string; readonly details: object }; readonly decision?: { readonly selected: { readonly service: string } } } }> {
  const response = await gateway.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${limited}` }, payload: { ...document, ...more } });
  return { status: response.statusCode, body: response.json() };
}

function counted(answer: InProcessTarget["execute"] = () => Promise.resolve({ output: { text: "hi" } })): { readonly target: InProcessTarget; readonly calls: { made: number } } {
  const calls = { made: 0 };
  const execute: InProcessTarget["execute"] = (call, signal) => {
    calls.made += 1;
    return answer(call, signal);
  };
  return { target: { execute, health: () => Promise.resolve({ healthy: true }) }, calls };
}

describe("the budget of a key", () => {
  it("is not overspent by 500 requests at once, over a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "caio-budget-"));
    closing.push(() => rm(folder, { recursive: true }));
    const stores = await openSqlStores({ file: join(folder, "caio.db") });
    const { target, calls } = counted();
    const house = await houseOver(stores, target, { budget: { dayMicros: 13_750, monthMicros: 1_000_000 } });
    await register(house.gateway, perRequest);
    const answers = await Promise.all(Array.from({ length: 500 }, () => ask(house)));
    const statuses = answers.map(({ status }) => status);
    expect([200, 402].map((wanted) => statuses.filter((status) => status === wanted).length)).toEqual([137, 363]);
    expect(calls.made).toBe(137);
    expect(answers.find(({ status }) => status === 402)?.body.error).toMatchObject({ code: "BudgetExceeded", details: { rejected: ["talker: step 4, budget: can cost more than the budget."] } });
    expect(await stores.budgets.usage(house.keyId, "day", door.now())).toEqual({ spentMicros: 13_700, reservedMicros: 0 });
    expect(await stores.budgets.held()).toEqual([]);
  }, 120_000);

  it("is a limit of the decision: what is left buys the cheaper service, and 500 at once overspend nothing", async () => {
    const stores = memoryStores();
    const { target } = counted();
    const rules = 'rules:\n  - { id: dear-first, prefer: { if: \'service.id == "dear"\', amount: 1 }, reason: better }\n';
    const house = await houseOver(stores, target, { budget: { dayMicros: 13_750 } }, rules);
    const dear = contract('{ model: per_request, base_cost: "0.0003", currency: USD }').replace("service_id: talker", "service_id: dear");
    await register(house.gateway, perRequest, dear);
    const first = await ask(house);
    expect([first.status, first.body.decision?.selected.service]).toEqual([200, "dear"]);
    const answers = await Promise.all(Array.from({ length: 500 }, () => ask(house)));
    const late = [await ask(house)];
    while (late.at(-1)?.status === 200) late.push(await ask(house));
    const served = [first, ...answers, ...late].filter(({ status }) => status === 200).map(({ body }) => body.decision?.selected.service);
    const [dears, cheaps] = ["dear", "talker"].map((name) => served.filter((service) => service === name).length);
    const { spentMicros, reservedMicros } = await stores.budgets.usage(house.keyId, "day", door.now());
    expect([spentMicros, reservedMicros]).toEqual([300 * (dears ?? 0) + 100 * (cheaps ?? 0), 0]);
    expect(cheaps).toBeGreaterThan(0);
    // Not even the cheapest fits into what is left, and it is no more than was granted.
    expect(13_750 - spentMicros).toBe(50);
  }, 120_000);

  it("settles with what a call cost, and with the most it could where nobody says", async () => {
    const stores = memoryStores();
    const tokens = contract('{ model: per_token, input_token: "0", output_token: "0.000001", currency: USD }', "models: [{ id: m, max_output_tokens: 100 }]\n");
    let said: { outputTokens: number } | undefined = { outputTokens: 7 };
    const { target } = counted(() => Promise.resolve({ output: { text: "hi" }, ...(said === undefined ? {} : { usage: said }) }));
    const house = await houseOver(stores, target, { budget: { dayMicros: 210 } });
    await register(house.gateway, tokens);
    const spent = async (): Promise<number> => (await stores.budgets.usage(house.keyId, "day", door.now())).spentMicros;
    expect([(await ask(house)).status, await spent()]).toEqual([200, 7]);
    said = undefined;
    expect([(await ask(house)).status, await spent()]).toEqual([200, 107]);
    expect([(await ask(house)).status, await spent()]).toEqual([200, 207]);
    expect([(await ask(house)).status, await spent()]).toEqual([402, 207]);
  });

  it("pays for no call of which nobody can say what it may cost", async () => {
    const { target, calls } = counted();
    const house = await houseOver(memoryStores(), target, { budget: { monthMicros: 1_000_000_000 } });
    await register(house.gateway, contract('{ model: per_token, input_token: "0", output_token: "0.000001", currency: USD }'));
    const { status, body } = await ask(house);
    expect([status, body.error?.code, body.error?.details, calls.made]).toEqual([402, "BudgetExceeded", expect.objectContaining({ rejected: ["talker: step 4, budget: can cost more than the budget (silent)."] }), 0]);
  });

  it("holds streams too: what does not fit is refused before the first event", async () => {
    const stores = memoryStores();
    const { target, calls } = counted();
    const house = await houseOver(stores, target, { budget: { dayMicros: 250 } });
    await register(house.gateway, perRequest);
    const answers = await Promise.all(Array.from({ length: 20 }, () => house.gateway.app.inject({
      method: "POST",
      url: "/v1/chat/completions",
      headers: { authorization: `Bearer ${house.limited}` },
      payload: { model: "caio:auto", stream: true, messages: [{ role: "user", content: "hello" }] },
    })));
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBe(2);
    const refused = answers.filter(({ statusCode }) => statusCode === 402);
    expect([refused.length, calls.made]).toEqual([18, 2]);
    expect(refused[0]?.json()).toMatchObject({ error: { code: "BudgetExceeded" } });
    expect(await stores.budgets.usage(house.keyId, "day", door.now())).toEqual({ spentMicros: 200, reservedMicros: 0 });
  });

  it("counts the calls of a process that is gone", async () => {
    const stores = memoryStores();
    const gone = { id: "gone/1", keyId: "00112233445566ff", amountMicros: 60, limits: { dayMicros: 100 }, now: door.now() };
    await stores.budgets.reserve(gone);
    await houseOver(stores, counted().target, {});
    expect(stores.budgets).toBeInstanceOf(InMemoryBudgetLedger);
    expect(await stores.budgets.usage(gone.keyId, "day", gone.now)).toEqual({ spentMicros: 60, reservedMicros: 0 });
  });
});
