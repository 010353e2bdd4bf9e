import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { canonical, isObject, sha256, sha256Hex, verifyBundle, verifyCertificate, type CertificateMaterial, type Json } from "../src/index.ts";
import { Checks } from "../src/report/report.ts";

const { payload } = JSON.parse(readFileSync(new URL("fixtures/chosen.caio.json", import.meta.url), "utf8")) as { payload: string };
const text = Buffer.from(payload, "base64").toString();
const digest = (value: Json): string => sha256Hex(canonical(value));

/** Changes of the predicate by JSON pointer; undefined takes a member away. */
type Changes = Readonly<Record<string, Json | undefined>>;

function get(root: Json, pointer: string): Json {
  const steps = pointer.split("/").slice(1);
  return steps.reduce((value, step) => (Array.isArray(value) ? (value as readonly Json[])[Number(step)] : isObject(value) ? value[step] : undefined) ?? null, root);
}

function textAt(root: Json, pointer: string): string {
  const value = get(root, pointer);
  return typeof value === "string" ? value : "";
}

function set(root: Json, pointer: string, value: Json | undefined): void {
  const cut = pointer.lastIndexOf("/");
  const parent = get(root, pointer.slice(0, cut)) as object;
  if (value === undefined) Reflect.deleteProperty(parent, pointer.slice(cut + 1));
  else Reflect.set(parent, pointer.slice(cut + 1), value);
}

/** The root of a trie of which all nodes are shown, in pre-order (certificate §5). */
function trieRoot(nodes: Iterator<Json>): Buffer {
  const node: Json = nodes.next().value as Json;
  const bytes = (name: string): Buffer => Buffer.from(textAt(node, `/${name}`), "hex");
  const key = bytes("key");
  if (isObject(node) && "key" in node) return Buffer.from(sha256(Buffer.of(0, key.length >> 8, key.length), key, bytes("rest")));
  const bits = Number(get(node, "/bits"));
  return Buffer.from(sha256(Buffer.of(1, bits >> 8, bits), bytes("prefix"), trieRoot(nodes), trieRoot(nodes)));
}

/** Names of the checks that refuse the fixture after changes, every digest, commitment and root that follows written anew. */
function refusing(changes: Changes): string[] {
  const root = get(JSON.parse(text) as Json, "/predicate");
  for (const [pointer, value] of Object.entries(changes)) set(root, pointer, value);
  const [base = null, ...named] = get(root, "/policies") as readonly Json[];
  const inputs = { base: digest(base), named: Object.fromEntries(named.map((policy) => [textAt(policy, "/id"), digest(policy)])) };
  const certificate = "/certificate/inputs";
  for (const [name, value] of Object.entries({ ...inputs, digest: digest(inputs) })) set(root, `${certificate}/policy/${name}`, value);
  for (const [path, opened] of Object.entries(get(root, "/disclosed") as object)) {
    const salt = Buffer.from(textAt(opened as Json, "/salt"), "hex");
    set(root, `/certificate/request/paths/${path}`, sha256Hex(Buffer.concat([Buffer.of(4), salt, Buffer.from(canonical(get(opened as Json, "/value")))])));
  }
  set(root, "/certificate/request/digest", digest(get(root, "/certificate/request/paths")));
  const proof = get(root, "/certificate/completeness/prefixes/0/proof") as readonly Json[];
  for (const [at, service] of ["a-2", "0x-3", "z9-1"].entries()) {
    const order = (get(root, "/contracts") as readonly Json[]).findIndex((contract) => get(contract, "/service_id") === service);
    const encoding = get(root, `/encodings/${String(order)}`);
    const place = `/certificate/completeness/prefixes/0/proof/${String([1, 3, 4][at])}/rest`;
    const encoded = digest(["caio-enc-v1", get(encoding, "/encoderId"), get(encoding, "/ints")]);
    set(root, place, digest(get(root, `/contracts/${String(order)}`)) + encoded + textAt(root, place).slice(128));
  }
  const view = { tenant: get(root, "/certificate/tenant"), epoch: get(root, `${certificate}/registry/epoch`), size: get(root, `${certificate}/registry/size`) };
  const trie = trieRoot(proof[Symbol.iterator]()).toString("hex");
  set(root, `${certificate}/registry/trie`, trie);
  set(root, `${certificate}/registry/root`, sha256Hex(Buffer.concat([Buffer.of(3), Buffer.from(canonical({ ...view, trie }))])));
  const { checks } = verifyCertificate(root as unknown as CertificateMaterial);
  return checks.filter(({ verdict }) => verdict === "fail").map(({ name }) => name);
}

const predicate = get(JSON.parse(text) as Json, "/predicate");
const rule = (id: string, priority: number, effect: Json, more: object = {}): Json => ({ id, priority, effect, reason: "why", ...more });
const prefer = (amount: number, condition = "false"): Json => ({ kind: "prefer", condition, amount_micros: amount });
const holds = { kind: "require", condition: "true" };
const group = (...types: string[]): Json => ({ any_of: types.map((type) => ({ type, parameters: {} })) });
const zeros = Array.from({ length: 128 }, () => 0);
const admitted = "/certificate/verdicts/2";
const leaf = { health: "healthy", promises: [], outcomes: 0, violations: 0, learned: null };
const bound = { max_us: 1, max_micros: 1 };
const promised = (bounds: Json): Json => ({ property: "latency", coverage_ppm: 1, bound: bounds });
const able = (type: string, x: Json = true): Json => ({ type, parameters: { x } });

/** Forms that no parser of the router writes (docs/wire-forms.md), by what they are a part of. */
const contractForms: Changes = {
  "/capabilities": [able("b"), able("a")], "/guarantees": [promised({ max_us: 1 }), promised({ max_us: 1 })],
  "/version": "1.0.0 beta", "/name": "", "/constraints/max_concurrent_requests": 0, "/constraints/rate_limit": { per_minute: 0 },
  "/constraints/media_types": ["text"], "/metadata/tags": [""], "/access/tenants": ["Acme"], "/privacy/regions": ["e u"],
  "/api/server": "", "/api/auth": { scheme: "bearer", secret: "the secret itself" }, "/api/health": { path: "/", interval_ms: 0 },
  "/models": [{ id: "a", context_tokens: 0 }],
};
const offers: Readonly<Record<string, Json>> = {
  "a capability twice": [able("a"), able("a")], "min over max": [able("a", { min_micros: 1, max_micros: 0 })], "an interval without an end": [able("a", {})],
  "a target alone": [able("a", { target_micros: 1 })], "a parameter of no name": [{ type: "a", parameters: { "": true } }], "a long text": [able("a", "x".repeat(257))],
};
const bounds: Readonly<Record<string, Json>> = { "no end": {}, "min over max": { min_us: 1, max_us: 0 }, "min over max in micros": { min_micros: 1, max_micros: 0 }, "two units": { min_us: 0, max_micros: 1 } };
const policyForms: Changes = {
  "/currency": "usd", "/rates": { XTS: 0 }, "/rates/xts": 1, "/fallback/max_attempts": 0, "/retry/max_attempts": 11, "/retry/backoff_us": 60_000_001,
  "/monitor/alpha_micros": 0, "/monitor/drift_run_length": 0, "/control/m_micros": 0, "/control/e_max_micros": 0, "/control/damp_micros": 1_000_000_001,
  "/rl/width_micros": 1_000_000_001, "/exploration/max_loss_micros": 1_000_000_001, "/safety/forbidden": [""], "/independent": [["a"]],
  "/privacy/allowed_labels": { A: [] }, "/limits/latency_coverage_ppm": 0,
};
const rules: Readonly<Record<string, Json>> = {
  "no reason": rule("a", 0, holds, { reason: "" }), "white space around a reason": rule("a", 0, holds, { reason: "why " }),
  "a priority past its end": rule("a", 1_000_001, holds), "no obligations": rule("a", 0, { kind: "oblige", obligations: [] }),
};
const paths: Changes = {
  "requirements.capabilities": [group("language"), group("language")], "requirements.constraints": { regions: [""], route: "any", services: [], models: [] },
  "requirements.guarantees": [promised({ max_us: 1 }), promised({ max_us: 1 })], "limits.deadline_us": 0, "limits.latency_us": 0, "limits.budget_micros": 9_000_000_000_000_001,
  "limits.currency": "dollars", "size.bytes": 1_000_000_000_001, "principal.subject": "", "principal.issuer": "a\nb", "principal.tenant": "A", "principal.region": "",
  "principal.permissions": ["a b"], name: "", context: [{ role: "", text: "x" }], plan: { seq: [] }, policies: ["A"], labels: [""], "data.media_type": "text", "intent.categories": [""],
};
const said = ["fallback", "context", "requirements.constraints", "requirements.guarantees", "requirements.privacy", "principal.subject", "principal.issuer", "principal.tenant", "principal.permissions", "principal.trust"];
const salt = "00".repeat(32);
const cases = (check: string, changes: Readonly<Record<string, Changes>>): (readonly [string, string, Changes])[] => Object.entries(changes).map(([what, change]) => [what, check, change]);
const each = (forms: Readonly<Record<string, Json | undefined>>, change: (form: Json, name: string) => Changes): Record<string, Changes> =>
  Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, change(form ?? null, name)]));

/** What no replica says of a snapshot (certificate §3). */
const ages: Readonly<Record<string, Json>> = {
  "within its bound": { confirmedMsAgo: 5000, boundMs: 5000 }, "no bound": { confirmedMsAgo: 5001 }, "a negative bound": { confirmedMsAgo: 1, boundMs: -1 },
  "more than it has": { confirmedMsAgo: 5001, boundMs: 5000, since: 1 }, "text": { confirmedMsAgo: "5001", boundMs: 5000 }, "nothing": null, "no age": {},
};

/** The chosen service with two models, of which the second has another intent. */
const verdicts = get(predicate, "/certificate/verdicts") as readonly Json[];
const twice = (intent: number): Changes => {
  const [first, second] = ["a", "b"].map((model) => ({ ...(get(predicate, admitted) as object), model }));
  const terms = { ...(get(predicate, `${admitted}/terms`) as object), intent };
  const past = get(predicate, "/certificate/history") as readonly Json[];
  return {
    "/contracts/2/models": [{ id: "a" }, { id: "b" }],
    "/certificate/verdicts": [...verdicts.slice(0, 2), first ?? null, { ...second, terms }],
    "/certificate/history": [...past.slice(0, 2), ...["a", "b"].map((model) => ({ service: "z9-1", model, leaf: null, proof: [] }))],
  };
};

describe("a form that no parser writes is refused", () => {
  it.each([
    ...cases("contracts.form", each(contractForms, (form, name) => ({ [`/contracts/0${name}`]: form }))),
    ...cases("contracts.form", each(offers, (form) => ({ "/contracts/0/capabilities": form }))),
    ...cases("contracts.form", each(bounds, (form) => ({ "/contracts/0/guarantees": [promised(form)] }))),
    ...cases("policies.form", each(policyForms, (form, name) => ({ [`/policies/0${name}`]: form }))),
    ...cases("policies.form", each(rules, (form) => ({ "/policies/0/rules": [form] }))),
    ...cases("disclosed.commitments", each(paths, (value, name) => ({ [`/disclosed/${name}`]: { salt, value } }))),
    ...cases("certificate.form", Object.fromEntries(said.map((path) => [`${path} unsaid`, { [`/disclosed/${path}`]: undefined, [`/certificate/request/paths/${path}`]: null }]))),
    ...cases("certificate.form", { "no encoder": { "/certificate/encoderId": "" }, "a tenant that is no id": { "/certificate/tenant": "A" }, "a label of nothing": { "/certificate/detected": [{ label: "", count: 1 }] } }),
    ...cases("certificate.form", each(ages, (form) => ({ "/certificate/inputs/registry/stale": form }))),
    ...cases("certificate.form", each(ages, (form) => ({ "/certificate/inputs/policy/stale": form }))),
    ...cases("certificate.form", { "a stale history": { "/certificate/inputs/history/stale": { confirmedMsAgo: 2, boundMs: 1 } } }),
    ...cases("encodings.form", { "no encoder of a contract": { "/encodings/0/encoderId": "" } }),
  ])("%s: %s", (_what, check, changes) => {
    expect(refusing(changes)).toContain(check);
  });

  it("the ends of the ranges are allowed", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const policyEnds: Changes = { "/rates": { XTS: most }, "/fallback/max_attempts": 10, "/monitor/drift_run_length": 1_000_000_000, "/control/m_micros": 1, "/limits": { budget_micros: most, latency_us: 0 } };
    const ends = {
      ...Object.fromEntries(Object.entries(policyEnds).map(([name, form]) => [`/policies/0${name}`, form])),
      "/policies/0/rules": [rule("a", 1_000_000, holds, { reason: "x".repeat(500) })],
      "/contracts/0/guarantees": [promised({ max_us: 1, min_us: 1 })], "/contracts/0/capabilities": [able("a", { max_micros: -1 }), able("a", { min_micros: 0, max_micros: 0 })],
      "/disclosed/limits.deadline_us": { salt, value: 1 }, "/disclosed/plan": { salt, value: { seq: ["a", { par: ["b"] }] } }, "/disclosed/principal.region": { salt, value: "e".repeat(128) },
    };
    expect(refusing(ends).filter((name) => name.endsWith(".form") || name.startsWith("disclosed"))).toEqual([]);
  });
});

describe("a snapshot that was confirmed too long before", () => {
  it("is no fault, and is told with its age as the router's word", () => {
    const root = get(JSON.parse(text) as Json, "/predicate");
    const before = verifyCertificate(root as unknown as CertificateMaterial);
    set(root, "/certificate/inputs/registry/stale", { confirmedMsAgo: 7200, boundMs: 5000 });
    set(root, "/certificate/inputs/policy/stale", { confirmedMsAgo: 60_000, boundMs: 0 });
    const report = verifyCertificate(root as unknown as CertificateMaterial);
    expect([before.valid, report.valid, report.checks.length - before.checks.length]).toEqual([true, true, 2]);
    expect(report.checks.filter(({ name }) => name.startsWith("staleness."))).toEqual([
      { name: "staleness.registry", verdict: "pass", standing: "attested", detail: "decided on a registry that was last confirmed to be the newest 7.2 s before; the bound is 5 s" },
      { name: "staleness.policy", verdict: "pass", standing: "attested", detail: "decided on policies that were last confirmed to be the newest 60 s before; the bound is 0 s" },
    ]);
  });
});

describe("valid says that everything was checked", () => {
  it("and not that nothing was found", () => {
    const checks = new Checks();
    checks.add("one", undefined);
    expect([checks.report("decision").valid, new Checks().report("decision").valid]).toEqual([false, false]);
    checks.finish("decision");
    expect([checks.report("decision").valid, checks.report("decision", "log").valid]).toEqual([true, false]);
  });

  it.each([null, [], {}, "", 0, { certificate: null }])("%j is not valid", async (value) => {
    expect(verifyCertificate(value as unknown as CertificateMaterial).valid).toBe(false);
    expect((await verifyBundle(JSON.stringify(value), { publicKey: "00".repeat(32) })).valid).toBe(false);
  });
});

describe("a bundle that is changed and digested anew", () => {
  it("is valid where nothing was changed", () => {
    expect(refusing({})).toEqual([]);
  });

  it("may say the same intent of two models", () => {
    expect(refusing(twice(Number(get(predicate, `${admitted}/terms/intent`)))).filter((name) => name.startsWith("features"))).toEqual([]);
  });

  it.each<readonly [string, string, Changes]>([
    ["rules of one priority not by id", "policies.form", { "/policies/1/rules": [rule("b", 0, holds), rule("a", 0, holds)] }],
    ["rules not by priority", "policies.form", { "/policies/0/rules": [rule("a", 0, holds), rule("b", 1, holds)] }],
    ["an id of a rule twice", "policies.form", { "/policies/1/rules": [rule("a", 0, holds), rule("a", 0, holds)] }],
    ["preferences of more than 1.0", "policies.form", { "/policies/0/rules": [rule("a", 0, prefer(600_000)), rule("b", 0, prefer(-600_000))] }],
    ["a bound of two units", "contracts.form", { "/contracts/0/guarantees": [{ property: "latency", coverage_ppm: 1, bound }] }],
    ["an endpoint of no capability type", "contracts.form", { "/contracts/0/api/endpoints": [{ capability: "Language" }] }],
    ["a preference of a named policy outside the profile", "policy.rules", { "/policies/1/rules": [rule("a", 0, prefer(1, "1.5 < 2.0"))] }],
    ["a rule outside the profile that does not fire", "policy.rules", { "/policies/0/rules": [rule("a", 0, { kind: "deny", condition: "matches()" }, { when: "false" })] }],
    ["a `when` outside the profile", "policy.rules", { "/policies/1/rules": [rule("a", 0, prefer(1), { when: "service.id == ''" })] }],
    ["alternatives out of order", "disclosed.commitments", { "/disclosed/requirements.capabilities/value": [group("language", "audio")] }],
    ["groups out of order", "disclosed.commitments", { "/disclosed/requirements.capabilities/value": [group("language"), group("audio")] }],
    ["labels unsaid", "certificate.form", { "/disclosed/labels": undefined, "/certificate/request/paths/labels": null }],
    ["reinforcement without learning", "features.z9-1", { [`${admitted}/terms/rl`]: 1 }],
    ["resonance without memory", "features.z9-1", { [`${admitted}/terms/resonance`]: 1 }],
    ["attention without context", "features.z9-1", { [`${admitted}/terms/attention`]: 1 }],
    ["intent of an encoding that is 0", "features.z9-1", { "/encodings/2/ints": zeros }],
    ["intent of one model and not of the other", "features.z9-1/b", twice(1)],
    ["a whole trie said to be shown, and one group is", "completeness.query", { "/disclosed/requirements.capabilities": undefined, "/certificate/completeness/revealed": null }],
    ["an admitted pair above a limit that is withheld", "residuals.z9-1", { "/disclosed/size.max_output_tokens": undefined, [`${admitted}/residuals/budget/residual`]: 1 }],
    ["a risk beside what is withheld", "terms.z9-1", { "/disclosed/size.input_tokens": undefined, [`${admitted}/terms/risk`]: 1 }],
    ["a trust level beside permissions that are withheld", "security.trust", { "/disclosed/principal.permissions": undefined, "/certificate/outcome/security/3/required": 9 }],
    ["another object of security beside permissions that are withheld", "certificate.form", { "/disclosed/principal.permissions": undefined, "/certificate/outcome/security/1": { public: true, evil: 1 } }],
    ["a mode of privacy beside labels that are withheld", "security.privacy", { "/disclosed/labels": undefined, "/certificate/outcome/security/2/mode": textAt(predicate, "/certificate/outcome/security/2/mode") === "strict" ? "encrypted" : "strict" }],
    ["a tenant's membership beside constraints that are withheld", "security.access", { "/disclosed/requirements.constraints": undefined, "/certificate/outcome/security/4/tenant": "member" }],
    ["a limit beside one that is withheld", "outcome.limits", { "/disclosed/limits.latency_us": undefined, "/certificate/outcome/limits/deadlineUs": 1 }],
    ["a named policy's budget without a rate", "outcome.limits", { "/policies/1/currency": "XTS", "/policies/1/limits": { budget_micros: 1 } }],
    ["a coverage of 0", "policies.form", { "/policies/0/limits": { latency_coverage_ppm: 0 } }],
    ["a double that is none", "certificate.form", { "/certificate/history/0/leaf": { ...leaf, memory: `7ff${"0".repeat(2045)}` } }],
  ])("is refused: %s", (_what, check, changes) => {
    expect(refusing(changes)).toContain(check);
  });
});
