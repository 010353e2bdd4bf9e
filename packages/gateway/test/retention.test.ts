import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromHex, verifyInclusionPath } from "@caio/core";
import { openSqlStores } from "@caio/store-sql";
import { generateSigningKey, KeyRing, openCheckpoint } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import { describe, expect, it, onTestFinished } from "vitest";

import { memoryStores, parseGatewayConfig, systemDoor, type GatewayStores } from "../src/index.ts";
import { followRetention } from "../src/wiring/follow-retention.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const DAY = 86_400_000;
const contract = "service_id: echo\nversion: 1.0.0\ncapabilities: [inference.chat]\ncost: { model: free }\naccess: { public: true }\napi: { protocol: inprocess }\n";
const targets = { echo: { execute: () => Promise.resolve({ output: "echo" }), health: () => Promise.resolve({ healthy: true }) } };
const document = { caio_request: 1, requirements: { capabilities: [{ type: "inference.chat" }] } };

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "caio-retention-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A gateway whose day is `clock.day`. */
async function started(file: string, clock: { day: number }, signingKey = generateSigningKey()): Promise<{ readonly gateway: TestGateway; readonly stores: GatewayStores }> {
  const stores = await openSqlStores({ file });
  const begin = systemDoor.now();
  const gateway = await testGateway({ targets, ports: { stores, signingKey, door: { ...systemDoor, now: () => begin + clock.day * DAY } } });
  return { gateway, stores };
}

async function ask({ app, caller }: TestGateway): Promise<string> {
  const response = await app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${caller}` }, payload: document });
  expect(response.statusCode).toBe(200);
  return String(response.headers["caio-decision-id"]);
}

async function get({ app, admin }: TestGateway, url: string): Promise<{ readonly status: number; readonly body: string }> {
  const { statusCode: status, body } = await app.inject({ url, headers: { authorization: `Bearer ${admin}` } });
  return { status, body };
}

async function remove({ app, admin }: TestGateway, payload: object): Promise<{ readonly status: number; readonly body: unknown }> {
  const { statusCode: status, body } = await app.inject({ method: "POST", url: "/api/v1/retention", headers: { authorization: `Bearer ${admin}` }, payload });
  return { status, body: JSON.parse(body) as unknown };
}

describe("decisions past their retention", () => {
  it("are answered 410 with a proof that the log holds them; all others, their receipts and the log are what they were", async () => {
    const file = join(await newFolder(), "caio.db");
    const signingKey = generateSigningKey();
    const clock = { day: 0 };
    const first = await started(file, clock, signingKey);
    await register(first.gateway, contract);
    const ids: string[] = [];
    for (clock.day = 0; clock.day < 5; clock.day++) {
      ids.push(await ask(first.gateway));
      await first.gateway.core.orchestrator.settled();
    }
    const before = await get(first.gateway, "/api/v1/log/checkpoint");
    const now = systemDoor.now();
    const times = { openings: now + 3.5 * DAY, certificates: now + 2.5 * DAY, decisions: now + 1.5 * DAY };
    expect(await remove(first.gateway, { ...times, dry_run: true })).toEqual({ status: 200, body: { openings: 4, certificates: 3, entries: 4, versions: 0, dry_run: true } });
    expect(await remove(first.gateway, times)).toEqual({ status: 200, body: { openings: 4, certificates: 3, entries: 4, versions: 0, dry_run: false } });
    await first.gateway.close();

    const { gateway } = await started(file, clock, signingKey);
    onTestFinished(() => gateway.close());
    const { verifiers } = KeyRing.of(gateway.core.config.origin, signingKey);
    const statuses = async (part: string): Promise<readonly number[]> => await Promise.all(ids.map(async (id) => (await get(gateway, `/api/v1/traces/${id}${part}`)).status));
    expect(await statuses("")).toEqual([410, 410, 200, 200, 200]);
    expect(await statuses("/bundle")).toEqual([410, 410, 410, 200, 200]);
    const withheld: number[] = [];
    for (const id of ids.slice(3)) {
      const { valid, checks } = await verifyBundle((await get(gateway, `/api/v1/traces/${id}/bundle`)).body, { publicKey: signingKey.publicKey.bytes });
      expect([valid, checks.filter(({ verdict }) => verdict === "fail")]).toEqual([true, []]);
      withheld.push(checks.filter(({ standing }) => standing === "withheld").length);
    }
    expect(withheld[0]).toBeGreaterThan(withheld[1] ?? Infinity);

    const { error } = JSON.parse((await get(gateway, `/api/v1/traces/${ids[0] ?? ""}`)).body) as { error: { code: string; details: Record<string, unknown> } };
    expect(error.code).toBe("Expired");
    const { log_index: index, leaf, tree_size: size, inclusion_proof: proof } = error.details as { log_index: number; leaf: string; tree_size: number; inclusion_proof: readonly string[] };
    const checkpoint = openCheckpoint((await get(gateway, "/api/v1/log/checkpoint")).body, verifiers);
    expect(checkpoint.size).toBe(size);
    expect(verifyInclusionPath(fromHex(leaf), index, size, proof.map(fromHex), checkpoint.root)).toBe(true);
    const earlier = openCheckpoint(before.body, verifiers);
    expect((await get(gateway, `/api/v1/log/consistency?first=${String(earlier.size)}&second=${String(checkpoint.size)}`)).status).toBe(200);
    expect((await get(gateway, `/api/v1/log/tile/entries/000.p/${String(index + 1)}`)).status).toBe(410);
    expect((await get(gateway, `/api/v1/log/tile/0/000.p/${String(index + 1)}`)).status).toBe(200);
    const other = await gateway.app.inject({ url: `/api/v1/traces/${"0".repeat(64)}`, headers: { authorization: `Bearer ${gateway.admin}` } });
    expect(other.statusCode).toBe(404);

    expect(await ask(gateway)).toMatch(/^[0-9a-f]{64}$/);
    const { runs } = JSON.parse((await get(gateway, "/api/v1/retention")).body) as { runs: readonly unknown[] };
    expect(runs).toMatchObject([{ openings: 4, certificates: { count: 3 }, entries: { count: 4 }, versions: { count: 0, first: null } }]);
  });

  it("are nobody's to remove but an admin's, and nothing that is to come is before a time", async () => {
    const clock = { day: 0 };
    const { gateway } = await started(join(await newFolder(), "caio.db"), clock);
    onTestFinished(() => gateway.close());
    for (const [method, url] of [["GET", "/api/v1/retention"], ["POST", "/api/v1/retention"]] as const) {
      const { statusCode } = await gateway.app.inject({ method, url, headers: { authorization: `Bearer ${gateway.caller}` }, ...(method === "POST" ? { payload: {} } : {}) });
      expect([method, statusCode]).toEqual([method, 403]);
    }
    expect((await remove(gateway, { decisions: systemDoor.now() + DAY })).status).toBe(400);
    expect((await remove(gateway, { decision: 1 })).status).toBe(400);
    expect((await remove(gateway, {})).body).toEqual({ openings: 0, certificates: 0, entries: 0, versions: 0, dry_run: false });
  });

  it("are removed by the clock of the configuration, as often as it says", async () => {
    const clock = { day: 0 };
    const { gateway, stores } = await started(join(await newFolder(), "caio.db"), clock);
    onTestFinished(() => gateway.close());
    await register(gateway, contract);
    const id = await ask(gateway);
    await gateway.core.orchestrator.settled();
    const seen: number[] = [];
    const enough = new Promise<void>((resolve) => {
      const metrics = { removed: ({ entries }: { entries: number }) => {
        seen.push(entries);
        if (seen.length === 3) clock.day = 31;
        if (entries > 0) resolve();
      } } as unknown as TestGateway["core"]["metrics"];
      const retention = { decisionsMs: 30 * DAY, everyMs: 1 };
      const follower = followRetention({ config: { ...gateway.core.config, retention }, ports: { ...gateway.core.ports, stores }, metrics }, gateway.app);
      onTestFinished(() => { follower.stop(); });
    });
    await enough;
    expect([seen.slice(0, 3), seen.at(-1)]).toEqual([[0, 0, 0], 2]);
    expect((await get(gateway, `/api/v1/traces/${id}`)).status).toBe(410);
  });
});

describe("retention in the configuration", () => {
  const read = (text: string): unknown => parseGatewayConfig(`caio_gateway: 1\n${text}\n`).retention;

  it("is ages of parts, and how often", () => {
    expect(read("")).toBeUndefined();
    expect(read("retention: { openings: 12h, certificates: 30d, decisions: 365d, versions: 90m, every: 5m }")).toEqual({ openingsMs: DAY / 2, certificatesMs: 30 * DAY, decisionsMs: 365 * DAY, versionsMs: 5_400_000, everyMs: 300_000 });
    expect(read("retention: { decisions: 90d }")).toMatchObject({ decisionsMs: 90 * DAY, everyMs: 3_600_000 });
  });

  it.each([
    ["an opening that outlives its certificate", "retention: { openings: 31d, certificates: 30d }", /retention\.openings.*certificates/],
    ["a certificate that outlives its entry", "retention: { certificates: 31d, decisions: 30d }", /retention\.certificates.*decisions/],
    ["an opening that outlives its entry", "retention: { openings: 31d, decisions: 30d }", /retention\.openings.*decisions/],
    ["an age without a unit", "retention: { decisions: 30 }", /retention\.decisions/],
    ["an age of nothing", "retention: { decisions: 0d }", /retention\.decisions/],
    ["a part that there is not", "retention: { decision: 30d }", /did you mean "decisions"/],
  ])("is refused with %s", (_name, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it("is refused over stores that keep everything", async () => {
    await expect(testGateway({ config: "retention: { decisions: 1d }\n", ports: { stores: memoryStores() } })).rejects.toMatchObject({ code: "InvalidField", details: { path: "retention" } });
  });
});
