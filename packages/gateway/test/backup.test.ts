import { mkdtemp, rm } from "node:fs/promises";
import { request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { issueApiKey } from "@caio/security";
import { openSqlStores, restoreArchive, verifyArchive, type ArchiveSource, type SqlStores } from "@caio/store-sql";
import { generateSigningKey } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { BACKUP, memoryStores } from "../src/index.ts";
import { piecesOf } from "../src/wiring/archive-stream.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = "service_id: echo\nversion: 1.0.0\ncapabilities: [inference.chat]\ncost: { model: free }\naccess: { public: true }\napi: { protocol: inprocess }\n";
const targets = { echo: { execute: () => Promise.resolve({ output: "echo" }), health: () => Promise.resolve({ healthy: true }) } };
const document = { caio_request: 1, requirements: { capabilities: [{ type: "inference.chat" }] } };
const signingKey = generateSigningKey();

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "caio-backup-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function started(file: string): Promise<{ readonly gateway: TestGateway; readonly stores: SqlStores }> {
  const stores = await openSqlStores({ file });
  const gateway = await testGateway({ targets, ports: { stores, signingKey } });
  onTestFinished(() => gateway.close());
  return { gateway, stores };
}

async function ask({ app, caller }: TestGateway): Promise<string> {
  const response = await app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${caller}` }, payload: document });
  expect(response.statusCode).toBe(200);
  return String(response.headers["caio-decision-id"]);
}

function sourceOf(bytes: Uint8Array): ArchiveSource {
  // eslint-disable-next-line @typescript-eslint/require-await -- as streams are
  return { place: "answer", open: async function* () { yield bytes; } };
}

describe("GET /api/v1/backup", () => {
  it("is a copy of a gateway that runs, from which another one goes on", async () => {
    const folder = await newFolder();
    const { gateway } = await started(join(folder, "one.db"));
    await register(gateway, contract);
    const ids = [await ask(gateway), await ask(gateway)];
    await gateway.core.orchestrator.settled();
    const { statusCode, rawPayload, headers } = await gateway.app.inject({ url: "/api/v1/backup", headers: { authorization: `Bearer ${gateway.admin}` } });
    expect([statusCode, headers["cache-control"], headers["content-disposition"]]).toEqual([200, "no-store", 'attachment; filename="caio.backup"']);
    const file = join(folder, "two.db");
    const { header } = await restoreArchive(sourceOf(rawPayload), { to: { file } });
    expect(header.logs[0]?.size).toBe(gateway.core.traces.head.size);

    const second = await started(file);
    const { body } = await second.gateway.app.inject({ url: `/api/v1/traces/${ids[0] ?? ""}/bundle`, headers: { authorization: `Bearer ${gateway.admin}` } });
    const { valid, checks } = await verifyBundle(body, { publicKey: signingKey.publicKey.bytes });
    expect([valid, checks.filter(({ verdict }) => verdict === "fail")]).toEqual([true, []]);
    await ask(second.gateway);
  });

  it("is for admins and who has caio.backup, and says nothing to others; without openings it holds none", async () => {
    const { gateway, stores } = await started(join(await newFolder(), "caio.db"));
    await register(gateway, contract);
    const id = await ask(gateway);
    const { key, record } = issueApiKey({ subject: "cron", issuer: "house", tenant: "acme", permissions: [BACKUP], trust: 0 }, { now: 1, random: (size) => Buffer.alloc(size, 1) });
    await stores.keys.add(record);
    const get = async (bearer: string, query = ""): Promise<{ readonly statusCode: number; readonly rawPayload: Buffer }> => await gateway.app.inject({ url: `/api/v1/backup${query}`, headers: { authorization: `Bearer ${bearer}` } });
    expect([(await get(gateway.caller)).statusCode, (await get(key)).statusCode, (await get(key, "?openings=no")).statusCode]).toEqual([403, 200, 400]);
    const decisionKey = (await stores.decisionKeys.get(id)) ?? "none";
    // The one before may not have been put away yet.
    const copy = (query = ""): Promise<Buffer> =>
      vi.waitFor(async () => {
        const { statusCode, rawPayload } = await get(key, query);
        expect(statusCode).toBe(200);
        return rawPayload;
      }, { timeout: 20_000 });
    const [whole, without] = [await copy(), await copy("?openings=false")];
    expect([whole.includes(decisionKey), without.includes(decisionKey)]).toEqual([true, false]);
    expect((await verifyArchive(sourceOf(without))).header.openings).toBe(false);
    expect((await gateway.app.inject({ url: "/api/v1/keys", headers: { authorization: `Bearer ${key}` } })).statusCode).toBe(403);
  });

  it("is given to one at a time, and is free again when a reader has gone", async () => {
    const { gateway, stores } = await started(join(await newFolder(), "caio.db"));
    await register(gateway, contract);
    for (let at = 0; at < 40; at++) await ask(gateway);
    const address = await gateway.listen();
    const headers = { authorization: `Bearer ${gateway.admin}` };
    const reader = send(`${address}/api/v1/backup`, { headers, agent: false });
    const begun = new Promise<void>((resolve) => {
      reader.on("response", (answer) => {
        answer.on("error", () => undefined).pause();
        resolve();
      });
    });
    reader.on("error", () => undefined).end();
    await begun;
    const status = async (): Promise<number> => {
      const answer = await fetch(`${address}/api/v1/backup`, { headers });
      await answer.arrayBuffer();
      return answer.status;
    };
    // A small copy may be on its way whole; a second reader is then let in at once.
    expect([200, 503]).toContain(await status());
    reader.destroy();
    await vi.waitFor(async () => { expect(await status()).toBe(200); }, { timeout: 20_000 });
    expect(await stores.retention.retain({ decisions: 1 }, { at: 1 })).toMatchObject({ entries: 0 });
  });

  it("is not there over stores that cannot be copied", async () => {
    const gateway = await testGateway({ ports: { stores: memoryStores() } });
    onTestFinished(() => gateway.close());
    expect((await gateway.app.inject({ url: "/api/v1/backup", headers: { authorization: `Bearer ${gateway.admin}` } })).statusCode).toBe(400);
  });
});

describe("a reader who stalls", () => {
  it("is given up, and the copy is let go", async () => {
    const ended: string[] = [];
    const backup = { begin: () => Promise.resolve("1"), next: () => Promise.resolve(Buffer.from("piece")), end: (id: string) => Promise.resolve(void ended.push(id)) };
    await new Promise<void>((resolve) => {
      void piecesOf(backup, "1", { onStalled: resolve, onEnded: () => undefined, patienceMs: 1 }).next();
    });
    expect(ended).toEqual(["1"]);
  });
});
