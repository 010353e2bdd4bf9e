import { ReferenceMaia } from "@caio/control";
import { caioRoute, type DecidedRequest } from "@caio/orchestrator";
import { issueApiKey } from "@caio/security";
import { afterEach, describe, expect, it } from "vitest";
import type { z } from "zod";

import { memoryStores, systemDoor, type GatewayPorts } from "../src/index.ts";
import { controlReply } from "../src/views/control/control-route.ts";
import { ControlSteps } from "../src/views/control/control-steps.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => { for (const close of closing.splice(0).reverse()) await close(); });

const SECRET = "translate this letter";
const contract = `
service_id: letters
version: 1.0.0
name: translates letters
capabilities: [inference.chat]
cost: { model: free }
access: { public: true }
api: { protocol: inprocess }
`;

async function opened(ports: Partial<GatewayPorts> = {}): Promise<{ readonly gateway: TestGateway; readonly other: string }> {
  const stores = memoryStores();
  const letters = { execute: () => Promise.resolve({ output: 1 }), health: () => Promise.resolve({ healthy: true }) };
  const gateway = await testGateway({ targets: { letters }, ports: { stores, ...ports } });
  closing.push(() => gateway.close());
  await register(gateway, contract);
  const { key, record } = issueApiKey({ subject: "test", issuer: "house", tenant: "other", permissions: ["chat"], trust: 8 }, { now: systemDoor.now(), random: (size) => new Uint8Array(size).fill(7) });
  await stores.keys.add(record);
  return { gateway, other: key };
}

async function ask({ app, caller }: TestGateway, times = 1, key = caller): Promise<string> {
  const payload = { caio_request: 1, intent: { text: SECRET }, requirements: { capabilities: [{ type: "inference.chat" }] } };
  let id = "";
  for (let n = 0; n < times; n++) id = (await app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${key}` }, payload })).headers["caio-decision-id"] as string;
  return id;
}

async function look({ app, admin }: TestGateway, query = "", key = admin): Promise<z.output<typeof controlReply>> {
  const { statusCode, body } = await app.inject({ url: `/api/v1/control${query}`, headers: { authorization: `Bearer ${key}` } });
  expect([statusCode, body]).toEqual([200, expect.anything()]);
  expect(body).not.toContain(SECRET);
  return controlReply.parse(JSON.parse(body));
}

describe("the view of control", () => {
  it("has energy, bound and u of the last decisions, by who asked", async () => {
    const { gateway, other } = await opened();
    const mine = await ask(gateway, 3);
    const theirs = await ask(gateway, 1, other);
    const { loop, e_max_micros: eMax, conversations } = await look(gateway);
    expect([loop, eMax, conversations.map(({ tenant, count }) => [tenant, count])]).toEqual(["none", 1_000_000, [["other", 1], ["acme", 3]]]);
    expect(conversations.map(({ last }) => last.decision)).toEqual([theirs, mine]);
    const { steps, last } = conversations[1] ?? {};
    expect(steps?.service).toEqual(["letters", "letters", "letters"]);
    for (const [at, norm] of (steps?.u_norm_micros ?? []).entries()) {
      expect(norm).toBeGreaterThan(0);
      expect(norm).toBeLessThanOrEqual((steps?.bound_micros[at] ?? 0) + 1);
      expect(steps?.kind[at]).toBe("nudge");
      expect(steps?.power_micros[at]).toBeNull();
    }
    // What the modes have is what u and the field have (Parseval), and what the certificate says.
    const { outcome } = await certificateOf(gateway, mine);
    expect(last?.u).toEqual(outcome.control.u);
    const sum = (values: readonly number[] | null | undefined): number => (values ?? []).reduce((all, each) => all + each, 0);
    expect(Math.abs(sum(last?.u_modes_micros) - ((steps?.u_norm_micros.at(-1) ?? 0) ** 2) / 1e6)).toBeLessThan(64);
    expect([last?.u_modes_micros.length, last?.field_modes_micros?.length]).toEqual([64, 64]);
    expect(sum(last?.field_modes_micros)).toBeGreaterThan(0);
  });

  it("shows how MAIA is steered where there is one", async () => {
    const { gateway } = await opened({ maia: new ReferenceMaia({ frame: "turning" }) });
    await ask(gateway, 4);
    const { loop, conversations: [conversation] } = await look(gateway);
    expect([loop, conversation?.steps.kind]).toEqual(["maia", ["steer", "steer", "steer", "steer"]]);
    for (const power of conversation?.steps.power_micros ?? []) expect(power).not.toBeNull();
    expect(conversation?.steps.amplitude_micros.some((each) => each > 0)).toBe(true);
  });

  it("shows callers their own tenant, and what was said to none of them", async () => {
    const { gateway, other } = await opened();
    await ask(gateway);
    await ask(gateway, 1, other);
    const own = await look(gateway, "", gateway.caller);
    expect(own.conversations.map(({ tenant, last }) => [tenant, last.field_modes_micros])).toEqual([["acme", null]]);
    expect((await look(gateway, "?tenant=other")).conversations.map(({ tenant }) => tenant)).toEqual(["other"]);
    const [{ id } = { id: "" }] = own.conversations;
    expect((await look(gateway, `?conversation=${id}&points=1`)).conversations.map((each) => [each.id, each.steps.at.length])).toEqual([[id, 1]]);
    expect((await gateway.app.inject({ url: "/api/v1/control?tenant=other", headers: { authorization: `Bearer ${gateway.caller}` } })).statusCode).toBe(403);
    expect((await gateway.app.inject({ url: "/api/v1/control?points=201", headers: { authorization: `Bearer ${gateway.caller}` } })).statusCode).toBe(400);
  });

  it("keeps the last 200 of a conversation, 50 conversations, and says how many steps there were", async () => {
    const { gateway } = await opened();
    await ask(gateway);
    const [recent] = gateway.core.recent.newest(1);
    if (recent === undefined) throw new Error("nothing was decided");
    const { request, inputs } = recent;
    const by = (subject: string): DecidedRequest => ({ request: { ...request, principal: { ...request.principal, subject, evidence: { method: "jwt" } } }, inputs, decision });
    const decision = caioRoute(request, inputs);
    const steps = new ControlSteps();
    for (let n = 0; n < 205; n++) steps.note(by("p"));
    const [conversation] = steps.conversations();
    expect([conversation?.count, conversation?.steps.length, conversation?.id]).toEqual([205, 200, expect.stringMatching(/^[0-9a-f]{16}$/)]);
    for (let n = 0; n < 60; n++) steps.note(by(`p${String(n)}`));
    expect(steps.conversations()).toHaveLength(50);
    for (let n = 0; n < 30; n++) for (let step = 0; step < 200; step++) steps.note(by(`q${String(n)}`));
    expect(steps.conversations().reduce((sum, each) => sum + each.steps.length, 0)).toBeLessThanOrEqual(4000);
    expect(steps.conversations("other")).toEqual([]);
  });
});

async function certificateOf({ core }: TestGateway, id: string): Promise<{ readonly outcome: { readonly control: { readonly u: readonly number[] } } }> {
  return JSON.parse((await core.traces.certificate(id)) ?? "{}") as { readonly outcome: { readonly control: { readonly u: readonly number[] } } };
}
