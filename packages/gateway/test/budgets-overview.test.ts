import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";

import { systemDoor } from "../src/index.ts";
import { budgetsReply } from "../src/views/budgets/budgets-route.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

/** A clock by which these tests begin at noon: none of them is to see a new day begin. */
const shiftMs = Date.UTC(2026, 0, 15, 12) - systemDoor.now();
const door = { ...systemDoor, now: () => systemDoor.now() + shiftMs };

let gateway: TestGateway;
let limited: { readonly key: string; readonly key_id: string };
beforeAll(async () => {
  gateway = await testGateway({ ports: { door } });
  limited = await make({ subject: "shop", tenant: "bolt", permissions: ["chat"], limits: { budget: { day_micros: 5000 }, requests_per_minute: 60 } });
  const { budgets } = gateway.core.ports.stores;
  const reserved = { keyId: limited.key_id, now: door.now(), limits: { dayMicros: 5000 } };
  await budgets.reserve({ ...reserved, id: "held", amountMicros: 700 });
  await budgets.reserve({ ...reserved, id: "spent", amountMicros: 900 });
  await budgets.settle("spent", 400);
});
afterAll(() => gateway.close());

async function make(payload: object): Promise<{ readonly key: string; readonly key_id: string }> {
  return (await gateway.app.inject({ method: "POST", url: "/api/v1/keys", headers: { authorization: `Bearer ${gateway.admin}` }, payload })).json();
}

async function look(query = "", key = gateway.admin): Promise<z.output<typeof budgetsReply>> {
  const { statusCode, body } = await gateway.app.inject({ url: `/api/v1/budgets${query}`, headers: { authorization: `Bearer ${key}` } });
  expect([statusCode, body]).toEqual([200, expect.anything()]);
  expect(body).not.toContain("hash");
  return budgetsReply.parse(JSON.parse(body));
}

describe("budgets", () => {
  it("are shown with what was spent and reserved, all of them to admins", async () => {
    const { budgets, next, currency } = await look();
    expect([budgets.length, next, currency]).toEqual([3, null, "USD"]);
    expect(budgets.map(({ key_id: id }) => id)).toEqual(budgets.map(({ key_id: id }) => id).toSorted());
    expect(budgets.find(({ key_id: id }) => id === limited.key_id)).toMatchObject({
      ...{ subject: "shop", tenant: "bolt", requests_per_minute: 60, concurrent_requests: null, revoked_at: null },
      day: { spent_micros: 400, reserved_micros: 700, limit_micros: 5000 },
      month: { spent_micros: 400, reserved_micros: 700, limit_micros: null },
    });
    // A key without a budget is there, too.
    expect(budgets.filter(({ day, month }) => day === null && month === null)).toHaveLength(2);
    expect((await look("?tenant=bolt")).budgets.map(({ key_id: id }) => id)).toEqual([limited.key_id]);
  });

  it("come in pages", async () => {
    const all = (await look()).budgets.map(({ key_id: id }) => id);
    const first = await look("?limit=2");
    expect([first.budgets.map(({ key_id: id }) => id), first.next]).toEqual([all.slice(0, 2), all[1]]);
    const second = await look(`?limit=2&after=${String(first.next)}`);
    expect([second.budgets.map(({ key_id: id }) => id), second.next]).toEqual([all.slice(2), null]);
  });

  it("are found by a part of whose they are, page by page, and nobody finds another's", async () => {
    const found = async (find: string, more = "", key = gateway.admin): Promise<unknown> => (await look(`?find=${encodeURIComponent(find)}${more}`, key)).budgets.map(({ key_id: id }) => id);
    expect([await found("SHO"), await found("olt"), await found(limited.key_id.slice(3, 12)), await found("nobody")]).toEqual([[limited.key_id], [limited.key_id], [limited.key_id], []]);
    const first = await look("?find=acme&limit=1");
    expect([first.budgets.length, first.next]).toEqual([1, first.budgets[0]?.key_id]);
    const second = await look(`?find=acme&limit=1&after=${String(first.next)}`);
    expect([second.budgets.map(({ tenant }) => tenant), second.next]).toEqual([["acme"], null]);
    expect([await found("acme", "", limited.key), await found("shop", "", limited.key)]).toEqual([[], [limited.key_id]]);
  });

  it("are shown to callers of their own key alone", async () => {
    expect((await look("", limited.key)).budgets.map(({ key_id: id }) => id)).toEqual([limited.key_id]);
    const own = await look("", gateway.caller);
    expect(own.budgets.map(({ tenant, day }) => [tenant, day])).toEqual([["acme", null]]);
    const status = async (query: string): Promise<number> => (await gateway.app.inject({ url: `/api/v1/budgets${query}`, headers: { authorization: `Bearer ${limited.key}` } })).statusCode;
    expect([await status("?tenant=acme"), await status("?after=x"), await status("?limit=501")]).toEqual([403, 400, 400]);
  });
});
