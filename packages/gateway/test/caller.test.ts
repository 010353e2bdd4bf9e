import { afterEach, expect, it } from "vitest";

import { callerReply } from "../src/views/caller/caller-route.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

let gateway: TestGateway | undefined;
afterEach(async () => { await gateway?.close(); });

it("says who asks and what they may do, and nothing to who shows no key", async () => {
  gateway = await testGateway({});
  const { app, admin, caller } = gateway;
  const asked = async (key?: string): Promise<{ readonly statusCode: number; readonly body: string }> => app.inject({ url: "/api/v1/caller", headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
  const [chief, other] = [await asked(admin), await asked(caller)].map(({ body }) => callerReply.parse(JSON.parse(body)));
  expect([chief?.admin, other?.admin]).toEqual([true, false]);
  expect([chief?.permissions.includes("caio.admin"), other?.permissions.includes("caio.admin")]).toEqual([true, false]);
  expect(other?.key_id).toMatch(/^[0-9a-f]{16}$/);
  expect(other?.tenant).toBe("acme");
  expect((await asked()).statusCode).toBe(401);
});
