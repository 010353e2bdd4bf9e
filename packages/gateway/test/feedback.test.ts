import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { issueApiKey } from "@caio/security";
import { openSqlStores } from "@caio/store-sql";
import { generateSigningKey, LogAudit, openCheckpoint } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";

import { FEEDBACK, memoryStores, systemDoor, type GatewayStores } from "../src/index.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const contract = (id: string): string => `
service_id: ${id}
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 500 }
cost: { model: free }
privacy: { data_locality: local }
access: { public: true }
api: { protocol: inprocess }
`;
const SECRET = "what-nobody-may-read";
const document = { caio_request: 1, intent: { text: SECRET }, requirements: { capabilities: [{ type: "inference.chat" }] }, fallback: false, data: { payload: { text: SECRET } } };
const signingKey = generateSigningKey();

interface House {
  readonly gateway: TestGateway;
  readonly stores: GatewayStores;
}
interface Said {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly error?: { readonly code: string; readonly message: string; readonly details: Record<string, unknown> } };
}

/** What the service does next: answers, or fails. */
let fails = false;
const targets = { echo: { execute: () => (fails ? Promise.reject(new Error("away")) : Promise.resolve({ output: "said" })), health: () => Promise.resolve({ healthy: true }) } };

async function open(stores: GatewayStores = memoryStores(), successes = "count"): Promise<House> {
  fails = false;
  const gateway = await testGateway({ targets, config: `learning: { interval_ms: 0, successes: ${successes} }\n`, ports: { stores, signingKey } });
  closing.push(() => gateway.close());
  if (gateway.core.registry.snapshot().size === 0) await register(gateway, contract("echo"));
  return { gateway, stores };
}

async function ask({ gateway }: House, key = gateway.caller): Promise<string> {
  const response = await gateway.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${key}` }, payload: document });
  return String(response.headers["caio-decision-id"]);
}

async function say({ gateway }: House, id: string, payload: object, key = gateway.caller): Promise<Said> {
  const { statusCode, body } = await gateway.app.inject({ method: "POST", url: `/api/v1/decisions/${id}/feedback`, headers: { authorization: `Bearer ${key}` }, payload });
  return { status: statusCode, body: JSON.parse(body) as Said["body"] };
}

async function keyFor({ gateway }: House, subject: string, tenant: string, permissions: readonly string[]): Promise<string> {
  const { key, record } = issueApiKey({ subject, issuer: "house", tenant, permissions, trust: 8 }, { now: systemDoor.now(), random: (size) => randomBytes(size) });
  await gateway.core.knownKeys.add(record);
  return key;
}

/** θ₀ of the one pair once all that waits was learned: its features are the same in every request here, so it says what its reward is. */
async function theta({ gateway, stores }: House): Promise<readonly number[] | undefined> {
  await gateway.core.orchestrator.learnNow();
  return (await stores.history.latest()).leaves[0]?.learned?.theta;
}

const log = async ({ gateway }: House): Promise<readonly string[]> => await gateway.core.traces.entryTexts(0, gateway.core.traces.head.size);
const up = { kind: "thumb", value: "up" };
const down = { kind: "thumb", value: "down" };

describe("feedback on a decision", () => {
  it("is in the log before the answer, and changes what was learned of the decision: a thumb down takes back what the success gave", async () => {
    const house = await open();
    const id = await ask(house);
    const success = await theta(house);
    const said = await say(house, id, down);
    expect([said.status, said.body]).toEqual([200, expect.objectContaining({ decision_id: id, kind: "thumb", aspect: "quality", reward_micros: 0, decision_reward_micros: 0, learned: true, because: null })]);
    const entry = await house.gateway.core.traces.entry(Number(said.body["log_index"]));
    expect(entry).toMatchObject({ kind: "feedback", tenant: "acme", body: { decisionId: id, service: "echo", taught: { fromMicros: 1_000_000, toMicros: 0 } } });
    const after = await theta(house);
    success?.forEach((value, at) => { expect([value > 0, after?.[at]]).toEqual([true, expect.closeTo(0, 12)]); });
    const { outcomes, violations } = (await house.stores.history.latest()).leaves[0] ?? {};
    expect([outcomes, violations]).toEqual([1, 0]);
    const metrics = await house.gateway.core.metrics.text();
    expect(metrics.body).toContain('caio_feedback_total{kind="thumb",aspect="quality",learned="yes"} 1');
  });

  it("in every form, by each source once, is the mean; the latest of a source counts, whenever it comes", async () => {
    const house = await open();
    const id = await ask(house);
    const now = systemDoor.now();
    const rewards: unknown[] = [];
    for (const each of [
      { kind: "score", score: "0.85", at: now + 3 },
      { kind: "verdict", verdict: "fail", judge: "judge-a", at: now + 2 },
      { ...down, at: now + 1 },
      { kind: "verdict", verdict: "pass", judge: "judge-b", at: now + 4 },
      { kind: "verdict", verdict: "abstain", judge: "judge-a", at: now + 5 },
      { kind: "score", score: 0.5, aspect: "style", at: now + 6 },
    ]) rewards.push((await say(house, id, each)).body["decision_reward_micros"]);
    // The thumb was said before the score of the same caller; style is not quality.
    expect(rewards).toEqual([850_000, 425_000, 425_000, 616_667, 925_000, 500_000]);
    const trace = (await house.gateway.core.traces.trace(id))?.feedback.map(({ taught, untaught }) => untaught ?? taught?.toMicros);
    expect(trace).toEqual([850_000, 425_000, 425_000, 616_667, 925_000, "not_quality"]);
  });

  it("given again is the same answer and no entry; the same name for something else is refused", async () => {
    const house = await open();
    const id = await ask(house);
    const first = await say(house, id, { ...up, name: "rating-1" });
    const size = house.gateway.core.traces.head.size;
    const again = await Promise.all([1, 2, 3].map(() => say(house, id, { ...up, name: "rating-1" })));
    expect(again).toEqual([first, first, first]);
    const other = await say(house, id, { ...down, name: "rating-1" });
    expect([other.status, other.body.error?.code, other.body.error?.details["reason"]]).toEqual([409, "FeedbackConflict", "name_taken"]);
    // Without a name: what this caller said last is not said again, a change of mind is.
    const unnamed = [await say(house, id, up), await say(house, id, up), await say(house, id, down), await say(house, id, up)];
    expect(unnamed.map(({ body }) => body["log_index"])).toEqual([size - 1, size - 1, size, size + 1]);
    // Another caller's name is another name.
    const judge = await keyFor(house, "judge", "acme", [FEEDBACK]);
    expect((await say(house, id, { ...down, name: "rating-1" }, judge)).status).toBe(200);
  });

  it("comes from who asked, or who has the permission, of the same tenant; others see no decision there", async () => {
    const house = await open();
    const id = await ask(house);
    const [judge, stranger, foreign, admin] = [
      await keyFor(house, "judge", "acme", [FEEDBACK]), await keyFor(house, "somebody", "acme", ["chat"]),
      await keyFor(house, "judge", "globex", [FEEDBACK, "caio.admin"]), house.gateway.admin,
    ];
    const [byJudge, byStranger, byForeign, byAdmin] = await Promise.all([judge, stranger, foreign, admin].map((key) => say(house, id, up, key)));
    expect([byJudge?.status, byAdmin?.status]).toEqual([200, 200]);
    expect([byStranger?.status, byStranger?.body.error?.code]).toEqual([403, "PermissionDenied"]);
    const unknown = await say(house, "0".repeat(64), up, foreign);
    const shape = ({ status, body }: Said): unknown => [status, body.error?.code, body.error?.message];
    expect(byForeign === undefined ? undefined : shape(byForeign)).toEqual(shape(unknown));
    expect(unknown.status).toBe(404);
    const { statusCode } = await house.gateway.app.inject({ method: "POST", url: `/api/v1/decisions/${id}/feedback`, payload: up });
    expect(statusCode).toBe(401);
  });

  it("on what failed, was refused or was never executed here says so", async () => {
    const house = await open();
    fails = true;
    expect((await say(house, await ask(house), up)).body).toMatchObject({ learned: false, because: "failed" });
    fails = false;
    const refused = await house.gateway.app.inject({ method: "POST", url: "/api/v1/route", headers: { authorization: `Bearer ${house.gateway.caller}` }, payload: { ...document, requirements: { capabilities: [{ type: "nobody.does-that" }] } } });
    expect((await say(house, (JSON.parse(refused.body) as { decision_id: string }).decision_id, up, house.gateway.admin)).body).toMatchObject({ learned: false, because: "not_chosen" });
    const routed = await house.gateway.app.inject({ method: "POST", url: "/api/v1/route", headers: { authorization: `Bearer ${house.gateway.caller}` }, payload: document });
    const { decision_id: id } = JSON.parse(routed.body) as { decision_id: string };
    expect((await say(house, id, { kind: "score", score: "0.25" })).body).toMatchObject({ learned: true });
    expect((await house.gateway.core.traces.trace(id))?.feedback[0]?.taught).toEqual({ fromMicros: null, toMicros: 250_000 });
  });

  it("is the first that is learned of a decision where successes wait for it", async () => {
    const house = await open(memoryStores(), "wait");
    const id = await ask(house);
    expect(await theta(house)).toBeUndefined();
    expect((await house.stores.history.latest()).leaves[0]).toMatchObject({ outcomes: 1, violations: 0 });
    await say(house, id, { kind: "score", score: "0.25", name: "first" });
    const first = await theta(house);
    await say(house, id, { kind: "score", score: "0.5", name: "second" });
    const second = await theta(house);
    first?.forEach((value, at) => { expect(second?.[at]).toBeCloseTo(2 * value, 12); });
    expect((await house.gateway.core.traces.trace(id))?.feedback.map(({ taught }) => taught)).toEqual([{ fromMicros: null, toMicros: 250_000 }, { fromMicros: 250_000, toMicros: 500_000 }]);
    expect((await house.stores.history.latest()).leaves[0]?.outcomes).toBe(1);
    // A failure waits for nobody.
    fails = true;
    await ask(house);
    await house.gateway.core.orchestrator.learnNow();
    expect((await house.stores.history.latest()).leaves[0]).toMatchObject({ outcomes: 2, violations: 1 });
    expect((await theta(house))?.[0]).toBeLessThan(second?.[0] ?? 0);
  });

  it("in a batch is taken piece by piece", async () => {
    const house = await open();
    const ids = [await ask(house), await ask(house)];
    const { statusCode, body } = await house.gateway.app.inject({
      method: "POST", url: "/api/v1/feedback", headers: { authorization: `Bearer ${house.gateway.caller}` },
      payload: { feedback: [{ decision_id: ids[0], ...up }, { decision_id: "f".repeat(64), ...up }, { decision_id: ids[1], kind: "verdict", verdict: "fail", judge: "judge-v2" }] },
    });
    expect([statusCode, JSON.parse(body)]).toEqual([200, { results: [
      expect.objectContaining({ decision_id: ids[0], learned: true }),
      { decision_id: "f".repeat(64), error: expect.objectContaining({ code: "NotFound" }) as unknown },
      expect.objectContaining({ decision_id: ids[1], reward_micros: 0 }),
    ] }]);
  });

  it("leaves nothing that a caller wrote in the log, passes its audit, and receipts go on to verify", async () => {
    const house = await open();
    const id = await ask(house);
    await say(house, id, { kind: "verdict", verdict: "fail", judge: "judge-of-anna", name: "anna@example.org said so" });
    const texts = await log(house);
    expect(texts.join("\n")).not.toMatch(/anna|what-nobody/);
    const { note } = await house.gateway.core.signer.sign(systemDoor.now());
    const audit = new LogAudit({ slack: 10 });
    audit.entries(texts);
    audit.checkpoint(openCheckpoint(note, house.gateway.core.keys.verifiers));
    expect(audit.findings).toEqual([]);
    expect(await house.gateway.core.traces.verify()).toEqual({ holds: true });
    const bundle = await house.gateway.app.inject({ url: `/api/v1/traces/${id}/bundle`, headers: { authorization: `Bearer ${house.gateway.caller}` } });
    expect((await verifyBundle(bundle.body, { publicKey: signingKey.publicKey.bytes })).valid).toBe(true);
  });

  it.each([
    ["no kind", {}], ["another kind", { kind: "stars", value: 5 }], ["a score above 1", { kind: "score", score: "1.01" }], ["a score of seven digits", { kind: "score", score: "0.1234567" }],
    ["a score that is none", { kind: "score", score: "NaN" }], ["words", { ...up, comment: "it was lovely, says Anna" }], ["an aspect of one's own", { ...up, aspect: "anna" }],
    ["a judge of many words", { kind: "verdict", verdict: "pass", judge: "Anna Smith" }], ["no judge", { kind: "verdict", verdict: "pass" }], ["a list", [up]], ["an attempt that was none", { ...up, attempt: 7 }],
    ["the far future", { ...up, at: 9_000_000_000_000 }], ["a time before the decision", { ...up, at: 1 }], ["a long name", { ...up, name: "x".repeat(201) }], ["a proto", JSON.parse('{"kind":"thumb","value":"up","constructor":{}}') as object],
  ])("with %s is refused, and leaves nothing", async (_what, payload) => {
    const house = await open();
    const id = await ask(house);
    await house.gateway.core.orchestrator.settled();
    const { size } = house.gateway.core.traces.head;
    const said = await say(house, id, payload);
    expect([said.status, said.body.error?.code]).toEqual([400, "InvalidRequest"]);
    expect(house.gateway.core.traces.head.size).toBe(size);
  });

  it("is bounded: in bytes, and in pieces of one decision", async () => {
    const house = await open();
    const id = await ask(house);
    const big = await say(house, id, { ...up, name: "x".repeat(10_000) });
    expect([big.status, big.body.error]).toEqual([413, expect.objectContaining({ code: "InvalidRequest", message: "The body is larger than the 8192 bytes that are taken here. Send less." })]);
    const other = await house.gateway.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${house.gateway.caller}`, "content-type": "application/json" }, payload: " ".repeat(4_194_305) });
    expect([other.statusCode, other.json()]).toEqual([413, { error: expect.objectContaining({ message: expect.stringContaining("limits.body_bytes") as string }) as object }]);
    const many = Array.from({ length: 70 }, (_, at) => say(house, id, { kind: "score", score: "0.5", name: `n${String(at)}` }));
    const statuses = (await Promise.all(many)).map(({ status }) => status);
    expect(statuses.filter((each) => each === 200)).toHaveLength(64);
    expect(statuses.filter((each) => each === 409)).toHaveLength(6);
  });
});

describe("late feedback", () => {
  async function file(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "caio-feedback-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return join(folder, "caio.db");
  }

  it("after a restart is learned from what was kept with the decision", async () => {
    const at = await file();
    const first = await open(await openSqlStores({ file: at }));
    const id = await ask(first);
    const before = await theta(first);
    await closing.pop()?.();
    const second = await open(await openSqlStores({ file: at }));
    expect((await say(second, id, down)).body).toMatchObject({ learned: true });
    const after = await theta(second);
    before?.forEach((value, place) => { expect([value > 0, after?.[place]]).toEqual([true, expect.closeTo(0, 12)]); });
  });

  it("on a decision whose opening was erased counts, and is not learned; who asked is known no more", async () => {
    const house = await open(await openSqlStores({ file: await file() }));
    const id = await ask(house);
    await house.gateway.core.orchestrator.settled();
    await house.stores.decisionKeys.erase(id);
    expect((await say(house, id, down)).status).toBe(403);
    expect((await say(house, id, down, house.gateway.admin)).body).toMatchObject({ learned: false, because: "fields_gone", decision_reward_micros: 0 });
  });

  it("on a decision whose opening was erased is under digests that its public id does not give: they are others after a restart", async () => {
    const at = await file();
    const first = await open(await openSqlStores({ file: at }));
    const id = await ask(first);
    await first.gateway.core.orchestrator.settled();
    await first.stores.decisionKeys.erase(id);
    const named = { ...down, name: "rating-1" };
    const said = await say(first, id, named, first.gateway.admin);
    expect(await say(first, id, named, first.gateway.admin)).toEqual(said);
    const before = (await first.gateway.core.traces.trace(id, "acme"))?.feedback;
    expect(before).toHaveLength(1);
    expect((await say(first, id, { ...down, name: "rating-2" }, first.gateway.admin)).body).toMatchObject({ decision_reward_micros: 0 });
    await closing.pop()?.();
    const second = await open(await openSqlStores({ file: at }));
    await say(second, id, named, second.gateway.admin);
    const [one, two, three] = (await second.gateway.core.traces.trace(id, "acme"))?.feedback ?? [];
    expect(two?.source).toBe(one?.source);
    for (const member of ["source", "name", "content"] as const) expect([three?.[member], three?.[member] === one?.[member]]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), false]);
  });

  it("on a decision whose certificate is past its retention is the same; on one whose entry is, it is 410", async () => {
    const house = await open(await openSqlStores({ file: await file() }));
    const id = await ask(house);
    await house.gateway.core.orchestrator.settled();
    const later = systemDoor.now() + 1000;
    await house.stores.retention?.retain({ certificates: later }, { at: later });
    expect((await say(house, id, up, house.gateway.admin)).body).toMatchObject({ learned: false, because: "fields_gone" });
    await house.stores.retention?.retain({ decisions: systemDoor.now() + 1000 }, { at: later });
    const gone = await say(house, id, down, house.gateway.admin);
    expect([gone.status, gone.body.error?.code]).toEqual([410, "Expired"]);
    const foreign = await keyFor(house, "other", "globex", [FEEDBACK]);
    expect((await say(house, id, down, foreign)).status).toBe(404);
  });
});
