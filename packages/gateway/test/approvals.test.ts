import { randomBytes } from "node:crypto";

import { canonicalJson, sha256Hex } from "@caio/core";
import { verifyBundle } from "@caio/verifier";
import { issueApiKey } from "@caio/security";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { APPROVE, systemDoor } from "../src/index.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const shredder = `
service_id: shredder
version: 1.0.0
capabilities: [files.delete]
cost: { model: free }
privacy: { data_locality: local }
access: { public: true }
api: { protocol: inprocess }
`;
const talker = `
service_id: talker
version: 1.0.0
capabilities: [inference.chat]
cost: { model: free }
privacy: { data_locality: local }
access: { public: true }
api: { protocol: inprocess }
`;
const policy = `
caio_policy: 1
id: house
rules:
  - { id: human, when: 'request.action.kind == "destructive"', oblige: [human_approval], reason: A person confirms. }
`;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly error?: { readonly code: string; readonly message: string; readonly details: Record<string, unknown> }; readonly decision?: { readonly decision_id: string } };
}

let gateway: TestGateway;
let calls: unknown[];
/** A person of the same tenant who may approve and nothing else. */
let approver: string;
let stranger: string;

async function open(config = "approvals: { wait_ms: 0 }\n"): Promise<void> {
  calls = [];
  const health = (): Promise<{ healthy: boolean }> => Promise.resolve({ healthy: true });
  gateway = await testGateway({
    config,
    policy,
    targets: {
      shredder: { health, execute: ({ payload }) => { calls.push(payload); return Promise.resolve({ output: { gone: true } }); } },
      talker: { health, execute: () => { calls.push("talk"); return Promise.resolve({ output: { text: "done" } }); } },
    },
  });
  await register(gateway, shredder, talker);
  approver = await keyFor("boss", "acme", [APPROVE]);
  stranger = await keyFor("other", "globex", [APPROVE]);
}

async function keyFor(subject: string, tenant: string, permissions: readonly string[]): Promise<string> {
  const { key, record } = issueApiKey({ subject, issuer: "house", tenant, permissions, trust: 5 }, { now: systemDoor.now(), random: (size) => randomBytes(size) });
  await gateway.core.knownKeys.add(record);
  return key;
}

beforeEach(() => open());
afterEach(() => gateway.close());

async function send(method: "GET" | "POST", url: string, key: string, payload?: object, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await gateway.app.inject({ method, url, headers: { authorization: `Bearer ${key}`, ...headers }, ...(payload === undefined ? {} : { payload }) });
  return { status: response.statusCode, body: response.json() };
}

const deletion = (file: string): object => ({ action: { kind: "destructive" }, requirements: { capabilities: [{ type: "files.delete" }] }, data: { payload: { file } } });
const shred = (file: string, key = gateway.caller, approval?: string): Promise<Answer> => send("POST", "/api/v1/orchestrate", key, deletion(file), approval === undefined ? {} : { "caio-approval": approval });
const say = (id: string, decision: string, key = approver, reason?: string): Promise<Answer> => send("POST", `/api/v1/approvals/${id}`, key, { decision, ...(reason === undefined ? {} : { reason }) });
const idIn = ({ body }: Answer): string => String(body.error?.details["approval"]);
const reasonsOf = async (decisionId: unknown): Promise<unknown> => {
  const { body } = await send("GET", `/api/v1/traces/${String(decisionId)}`, gateway.admin);
  return (body["outcomes"] as { reason: string }[]).map(({ reason }) => reason);
};

describe("a decision that a person must confirm", () => {
  it("is executed once it was approved, once, and all of it is in the log", async () => {
    const asked = await shred("a");
    expect([asked.status, asked.body.error?.code, asked.body.error?.details["status"]]).toEqual([403, "ApprovalRequired", "pending"]);
    const id = idIn(asked);
    const [waiting] = (await send("GET", "/api/v1/approvals", approver)).body["approvals"] as Record<string, unknown>[];
    expect(waiting).toMatchObject({ id, status: "pending", subject: "test", service: "shredder", action: "destructive", decided: null });
    expect((await send("GET", `/api/v1/approvals/${id}`, approver)).body["request"]).toMatchObject({ payload: { file: "a" } });
    expect((await say(id, "approve")).body).toMatchObject({ status: "approved", decided: { by: expect.stringMatching(/^key [0-9a-f]{16}$/) as unknown } });
    expect(calls).toEqual([]);
    const done = await shred("a", gateway.caller, id);
    expect([done.status, calls]).toEqual([200, [{ file: "a" }]]);
    expect(await reasonsOf(asked.body.decision?.decision_id)).toEqual([`ApprovalRequired,approval ${id}`, expect.stringMatching(`^approval ${id} given by key [0-9a-f]{16}$`)]);
    expect(await reasonsOf(done.body.decision?.decision_id)).toEqual([`approval ${id}`]);
    const bundle = await gateway.app.inject({ url: `/api/v1/traces/${String(done.body.decision?.decision_id)}/bundle`, headers: { authorization: `Bearer ${gateway.caller}` } });
    const key = await gateway.app.inject({ url: "/api/v1/log/key" });
    expect((await verifyBundle(bundle.body, { publicKey: key.body.trim() })).valid).toBe(true);
    const again = await shred("a", gateway.caller, id);
    expect([again.status, idIn(again) === id, calls.length]).toEqual([403, false, 1]);
    expect(await gateway.core.traces.verify()).toEqual({ holds: true });
  });

  it("shows of what is too long to keep how long it is, its digest and how it begins", async () => {
    const file = "ä☃𝄞".repeat(20_000);
    const { body } = await send("GET", `/api/v1/approvals/${idIn(await shred(file))}`, approver);
    const whole = canonicalJson({ intent: null, context: [], payload: { file } });
    const { too_long: seen } = body["request"] as { readonly too_long: { readonly bytes: number; readonly sha256: string; readonly head: string } };
    expect([seen.bytes, seen.sha256]).toEqual([Buffer.byteLength(whole), sha256Hex(Buffer.from(whole))]);
    expect([whole.startsWith(seen.head), seen.head.length > 8000, /\p{Surrogate}/u.test(seen.head)]).toEqual([true, true, false]);
    const small = "x".repeat(60_000);
    expect((await send("GET", `/api/v1/approvals/${idIn(await shred(small))}`, approver)).body["request"]).toMatchObject({ payload: { file: small } });
  });

  it("is not covered by an approval of another payload, caller or contract", async () => {
    const id = idIn(await shred("a"));
    await say(id, "approve");
    const other = await keyFor("second", "acme", []);
    for (const answer of [await shred("b", gateway.caller, id), await shred("a", other, id), await shred("a")]) expect(answer.status).toBe(403);
    const swap = await gateway.app.inject({ method: "PUT", url: "/api/v1/services/shredder", headers: { authorization: `Bearer ${gateway.admin}`, "content-type": "application/yaml" }, payload: shredder.replace("1.0.0", "1.1.0") });
    expect(swap.statusCode).toBe(200);
    expect((await shred("a", gateway.caller, id)).status).toBe(403);
    expect(calls).toEqual([]);
  });

  it("is denied with the reason that was given, and the same question is one approval", async () => {
    const [one, two] = [await shred("a"), await shred("a")];
    expect(idIn(two)).toBe(idIn(one));
    await say(idIn(one), "deny", approver, "not on a Friday");
    const told = await shred("a", gateway.caller, idIn(one));
    expect([told.status, told.body.error?.details["status"]]).toEqual([403, "denied"]);
    expect(told.body.error?.message).toContain("not on a Friday");
    expect(idIn(await shred("a"))).not.toBe(idIn(one));
    expect(calls).toEqual([]);
  });

  it("is for others with the permission, in the same tenant, and for one word", async () => {
    const id = idIn(await shred("a"));
    expect((await say(id, "approve", gateway.caller)).body.error?.code).toBe("PermissionDenied");
    expect((await say(id, "approve", stranger)).status).toBe(404);
    expect((await send("GET", "/api/v1/approvals", gateway.caller)).status).toBe(403);
    expect((await send("GET", "/api/v1/approvals", stranger)).body["approvals"]).toEqual([]);
    // The admin's key is of the same person as the caller's.
    expect((await say(id, "approve", gateway.admin)).body.error?.code).toBe("PermissionDenied");
    expect((await send("GET", `/api/v1/approvals/${id}`, gateway.caller)).body).not.toHaveProperty("request");
    for (const word of ["yes", "", "APPROVE"]) expect((await say(id, word)).status).toBe(400);
    const both = await Promise.all([say(id, "approve"), say(id, "deny")]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await say(id, "approve")).status).toBe(400);
    expect((await say(`apr-${"0".repeat(32)}`, "approve")).status).toBe(404);
  });

  it("cannot be asked for without end", async () => {
    const answers: Answer[] = [];
    for (let at = 0; at < 51; at++) answers.push(await shred(`file ${String(at)}`));
    expect(new Set(answers.slice(0, 50).map(idIn)).size).toBe(50);
    expect(answers[50]?.body.error).toMatchObject({ code: "ApprovalRequired", details: { retry_after_s: 60 } });
    expect(answers[50]?.body.error?.details).not.toHaveProperty("approval");
  });
});

describe("a caller who waits", () => {
  /** The next approval that is asked for. */
  async function nextPending(): Promise<string> {
    for await (const { kind, details: { approval, status } } of gateway.core.feed.listen(() => true)) if (kind === "approval" && status === "pending" && typeof approval === "string") return approval;
    throw new Error("The feed ended.");
  }

  async function reopen(config: string): Promise<void> {
    await gateway.close();
    await open(config);
  }

  it("gets the answer once it was approved, plain and streamed, by the client of OpenAI", async () => {
    await reopen("approvals: { wait_ms: 60000 }\n");
    const client = new OpenAI({ apiKey: gateway.caller, baseURL: `${await gateway.listen()}/v1`, maxRetries: 0 });
    const body = { model: "caio:auto", messages: [{ role: "user" as const, content: "drop it" }], metadata: { "caio-action": "destructive" } };
    const plain = client.chat.completions.create(body);
    await say(await nextPending(), "approve");
    expect((await plain).choices[0]?.message.content).toBe("done");
    const streamed = client.chat.completions.create({ ...body, stream: true });
    await say(await nextPending(), "approve");
    let text = "";
    for await (const { choices } of await streamed) text += choices[0]?.delta.content ?? "";
    expect([text, calls]).toEqual(["done", ["talk", "talk"]]);
  });

  it("is told at once that it was denied, and that the gateway stops", async () => {
    await reopen("approvals: { wait_ms: 60000 }\n");
    const first = shred("a");
    await say(await nextPending(), "deny");
    expect((await first).body.error?.details["status"]).toBe("denied");
    const second = shred("b");
    await nextPending();
    gateway.core.approvals.close();
    expect((await second).body.error?.details["status"]).toBe("pending");
    expect(calls).toEqual([]);
  });

  it("waits no longer than the gateway's time, and not at all if it set a deadline", async () => {
    await reopen("approvals: { wait_ms: 30 }\n");
    expect((await shred("a")).body.error?.details["status"]).toBe("pending");
    await reopen("approvals: { wait_ms: 600000 }\n");
    const hurried = await send("POST", "/api/v1/orchestrate", gateway.caller, { ...deletion("a"), limits: { deadline_ms: 5000 } });
    expect(hurried.body.error?.details["status"]).toBe("pending");
  });

  it("comes too late for an approval whose time is over", async () => {
    await reopen("approvals: { wait_ms: 0, valid_ms: 1 }\n");
    const id = idIn(await shred("a"));
    await expect.poll(async () => (await send("GET", `/api/v1/approvals/${id}`, approver)).body["status"]).toBe("expired");
    expect((await say(id, "approve")).status).toBe(400);
    expect((await shred("a", gateway.caller, id)).status).toBe(403);
    expect(calls).toEqual([]);
  });
});
