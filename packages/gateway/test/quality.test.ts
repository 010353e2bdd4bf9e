import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { newQualityWatch } from "@caio/learning";
import { parsePolicySet } from "@caio/rules";
import { generateSigningKey } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { memoryStores, parseGatewayConfig, qualityFile, type GatewayStores, type NamedAudit, type QualityStore } from "../src/index.ts";
import { MAX_NAMED_AUDITS, wasCounted, withNamed, type GivenAudit } from "../src/wiring/quality/named-audits.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = (id: string, cost: string, capability = "inference.chat"): string => `
service_id: ${id}
version: 1.0.0
capabilities: [${capability}]
guarantees: { latency_ms: 500, undetected_error: 0.2 }
cost: { model: per_request, base_cost: "${cost}", currency: USD }
privacy: { data_locality: local, encryption: true, encryption_type: end_to_end, regions: [eu] }
access: { public: true }
api: { protocol: inprocess }
`;
const asking = (capability: string, payload: unknown = { text: "hello" }): Record<string, unknown> => ({ caio_request: 1, intent: { text: "say hello" }, requirements: { capabilities: [{ type: capability }] }, data: { payload } });
const named = { ...asking("inference.chat"), policies: ["as-good-as-large"] };
const config = `quality:\n  - policy: as-good-as-large\n    reference: { service: large }\n    margin: "0.01"\n    confidence: "0.95"\n`;
const says = (output: unknown): { execute: () => Promise<{ output: never }>; health: () => Promise<{ healthy: boolean }> } => ({ execute: () => Promise.resolve({ output: output as never }), health: () => Promise.resolve({ healthy: true }) });

let passes = true;
const targets = {
  small: says({ answer: "small" }),
  large: says({ answer: "large" }),
  judge: { ...says({}), execute: () => Promise.resolve({ output: { passes } }) },
};

const signingKey = generateSigningKey();
let folder: string;
let stores: GatewayStores;
let gateway: TestGateway;

function opened(quality: QualityStore): Promise<TestGateway> {
  return testGateway({ targets, config, ports: { stores, quality, signingKey }, policy: 'caio_policy: 1\nid: house\nweights: { cost: "10" }\n' });
}

async function call(method: "GET" | "POST", url: string, body?: unknown, key = gateway.admin): Promise<{ status: number; json: Record<string, unknown>; text: string }> {
  const { statusCode, body: text } = await gateway.app.inject({ method, url, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) });
  return { status: statusCode, json: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {}, text };
}

const standing = async (): Promise<unknown> => ((await call("GET", "/api/v1/quality")).json["quality"] as unknown[])[0];
const audit = (score: string, reference: string): ReturnType<typeof call> => call("POST", "/api/v1/quality/as-good-as-large/audits", { score, reference_score: reference });
const selected = async (document: unknown = named): Promise<unknown> => (await call("POST", "/api/v1/route", document)).json["selected"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caio-quality-"));
  stores = memoryStores();
  await stores.policies.put(parsePolicySet("caio_policy: 1\nid: as-good-as-large\n"));
  gateway = await opened(qualityFile(join(folder, "quality.json")));
  await register(gateway, contract("small", "0.001"), contract("large", "0.01"), contract("judge", "0.0005", "verify.answer"));
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

describe("a promised quality", () => {
  it("tells at the start of a reference that no service is", async () => {
    const faults: string[] = [];
    const start = async (text: string): Promise<void> => {
      const other = await testGateway({ targets, config: text, ports: { stores, signingKey, onFault: (where, fault) => faults.push(`${where}: ${String(fault)}`) } });
      await other.close();
    };
    await start(config);
    expect(faults).toEqual([]);
    await start(config.replace("service: large", "service: large, model: x"));
    await start(config.replace("service: large", "service: gone"));
    expect(faults).toEqual([expect.stringContaining("large/x, found models (none)"), expect.stringContaining("gone without a model, found no service of that name")]);
    // What was promised in between went into versions of the policy: the promise of these tests again.
    await start(config);
  });

  it("is kept by the reference alone until audits release savings, for those who ask for it", async () => {
    expect(await standing()).toMatchObject({ decision: "abstain", reason: "no_evidence", audits: 0, threshold: 40 });
    expect(await selected()).toMatchObject({ service: "large" });
    expect(await selected(asking("inference.chat"))).toMatchObject({ service: "small" });
    for (let left = 60; left > 0; left--) await audit("1", "0.8");
    expect(await standing()).toMatchObject({ decision: "kept", reason: "audits", audits: 60, mean_difference_micros: 200_000 });
    expect(await selected()).toMatchObject({ service: "small" });
  });

  it("is given up by audits that show it lost, in a version of the policy that says so and that a receipt names", async () => {
    for (let left = 60; left > 0; left--) await audit("0.2", "0.9");
    expect(await standing()).toMatchObject({ decision: "abstain", reason: "quality_lost", life: 2 });
    const done = await call("POST", "/api/v1/orchestrate", named);
    const decision = done.json["decision"] as { selected: object; links: { bundle: string } };
    expect(decision.selected).toMatchObject({ service: "large" });
    const bundle = await call("GET", decision.links.bundle);
    const publicKey = (await call("GET", "/api/v1/log/key")).text.trim();
    expect((await verifyBundle(bundle.text, { publicKey })).valid).toBe(true);
    const { changes } = (await call("GET", "/api/v1/policies/audit")).json as { changes: { actor: string; reason: string | null }[] };
    expect(changes.at(-1)).toMatchObject({ actor: "quality-keeper", reason: expect.stringContaining("quality_lost") as string });
  });

  it("goes on after a restart, and begins anew where the evidence was lost or the policy disagrees", async () => {
    await gateway.close();
    gateway = await opened(qualityFile(join(folder, "quality.json")));
    expect(await standing()).toMatchObject({ decision: "abstain", reason: "quality_lost", life: 2, audits: 120 });
    for (let left = 200; left > 0; left--) await audit("1", "0.5");
    expect(await standing()).toMatchObject({ decision: "kept" });
    await gateway.close();
    gateway = await opened(qualityFile(join(folder, "none.json")));
    expect(await standing()).toMatchObject({ decision: "abstain", reason: "no_evidence", audits: 0 });
    expect(await selected()).toMatchObject({ service: "large" });
    await gateway.close();
    // The evidence still says that savings are released; the policy does not.
    gateway = await opened(qualityFile(join(folder, "quality.json")));
    expect(await standing()).toMatchObject({ decision: "abstain", reason: "no_evidence" });
  });

  it("is put back where somebody changed the policy, with all that they changed", async () => {
    await call("POST", "/api/v1/policies", { caio_policy: 1, id: "as-good-as-large", limits: { deadline_ms: 5000 } });
    await expect.poll(() => selected(), { timeout: 10_000 }).toMatchObject({ service: "large" });
    expect((await call("GET", "/api/v1/policies/as-good-as-large")).json).toMatchObject({ policy: { limits: { deadline_us: 5_000_000 }, rules: [{ id: "quality-reference" }] } });
  });

  it("counts an audit once under its name, also after a restart, and refuses other scores under it", async () => {
    const file = join(folder, "named.json");
    const say = (name: string, score = "0.7"): ReturnType<typeof call> => call("POST", "/api/v1/quality/as-good-as-large/audits", { score, reference_score: "0.5", name });
    await gateway.close();
    gateway = await opened(qualityFile(file));
    const first = await say("run-of-ann");
    expect(first).toMatchObject({ status: 200, json: { audits: 1, mean_difference_micros: 200_000 } });
    expect(await Promise.all([say("run-of-ann"), say("run-of-ann")])).toEqual([first, first]);
    await gateway.close();
    gateway = await opened(qualityFile(file));
    expect(await say("run-of-ann")).toEqual(first);
    expect(await say("run-of-ann", "0.8")).toMatchObject({ status: 409, json: { error: { code: "FeedbackConflict", details: { reason: "name_taken" } } } });
    expect(await standing()).toMatchObject({ audits: 1 });
    expect((await say("run-of-bob")).json).toMatchObject({ audits: 2 });
    expect(await readFile(file, "utf8")).not.toContain("run-of");
    expect((await say("")).status).toBe(400);
  });

  it("remembers a bounded number of names, the latest, and reads a file that has none", async () => {
    const given = (number: number): GivenAudit => ({ scoreMicros: 1, referenceMicros: 0, name: `run-${String(number)}` });
    let named: readonly NamedAudit[] = [];
    for (let number = 0; number <= MAX_NAMED_AUDITS; number++) named = withNamed(named, given(number));
    expect([named.length, wasCounted(named, given(0)), wasCounted(named, given(1)), wasCounted(named, given(MAX_NAMED_AUDITS))]).toEqual([MAX_NAMED_AUDITS, false, true, true]);
    expect(withNamed(named, { scoreMicros: 1, referenceMicros: 0 })).toBe(named);
    const [path, terms] = [join(folder, "older.json"), { marginMicros: 10_000, riskMicros: 50_000, falseAlarmMicros: 50_000, unlikePpm: 100_000 }];
    const watch = newQualityWatch(terms, false);
    await writeFile(path, JSON.stringify({ caio_quality: 1, watches: { house: watch } }));
    expect(await qualityFile(path).load()).toEqual({ house: { watch, named: [] } });
    await qualityFile(path).save({ house: { watch, named } });
    expect(await qualityFile(path).load()).toEqual({ house: { watch, named } });
    await writeFile(path, JSON.stringify({ caio_quality: 1, watches: { house: { ...watch, named: [["run-1", 1, 0]] } } }));
    await expect(qualityFile(path).load()).rejects.toMatchObject({ code: "IntegrityViolation" });
  });

  it("takes audits from admins alone, of promises that there are", async () => {
    expect((await call("POST", "/api/v1/quality/as-good-as-large/audits", { score: "1", reference_score: "1" }, gateway.caller)).status).toBe(403);
    expect((await call("POST", "/api/v1/quality/house/audits", { score: "1", reference_score: "1" })).status).toBe(404);
    expect((await audit("1.5", "1")).status).toBe(400);
  });

  it("has one promise a policy, and a policy that is there", async () => {
    expect(() => parseGatewayConfig(`caio_gateway: 1\n${config}  - policy: as-good-as-large\n    reference: { service: small }\n`)).toThrow(/each policy once/);
    await expect(testGateway({ config })).rejects.toMatchObject({ code: "UnknownPolicy" });
    await writeFile(join(folder, "other.json"), '{"caio_quality":1,"watches":{"house":{}}}');
    await expect(qualityFile(join(folder, "other.json")).load()).rejects.toMatchObject({ code: "IntegrityViolation" });
  });
});

describe("a cascade by the API", () => {
  const cascade = { caio_cascade: 1, try: asking("inference.chat"), verify: asking("verify.answer", { answer: { $from: "try" } }), escalate: asking("inference.chat"), accept: { pointer: "/passes", equals: true } };

  it("gives the answer that passed, or that of another service, with a receipt for each part", async () => {
    const cheap = await call("POST", "/api/v1/cascades", cascade, gateway.caller);
    expect([cheap.status, cheap.json]).toEqual([200, expect.objectContaining({ answered_by: "try", output: { answer: "small" }, spent_micros: 1500 })]);
    passes = false;
    const strong = await call("POST", "/api/v1/cascades", cascade, gateway.caller);
    expect(strong.json).toMatchObject({ answered_by: "escalate", output: { answer: "large" }, escalation: "turned_away", spent_micros: 11_500, promise: { undetected_error_micros: 400_000, cost_micros: 11_500 } });
    const steps = strong.json["steps"] as Record<string, { decision: { links: { bundle: string } } }>;
    expect(Object.keys(steps)).toEqual(["try", "verify", "escalate"]);
    const publicKey = (await call("GET", "/api/v1/log/key")).text.trim();
    for (const { decision } of Object.values(steps)) expect((await verifyBundle((await call("GET", decision.links.bundle)).text, { publicKey })).valid).toBe(true);
  });

  it("is refused with what is wrong in it", async () => {
    const refused = await call("POST", "/api/v1/cascades", { ...cascade, accept: true }, gateway.caller);
    expect([refused.status, refused.json]).toEqual([400, expect.objectContaining({ error: expect.objectContaining({ code: "InvalidPlan" }) as object })]);
    const dear = await call("POST", "/api/v1/cascades", { ...cascade, budget_micros: 1500 }, gateway.caller);
    expect([dear.status, dear.json]).toMatchObject([502, { outcome: "failed", output: null }]);
  });
});
