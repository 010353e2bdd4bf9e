import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { canonical, isObject, sha256, sha256Hex, verifyCertificate, type CertificateMaterial, type Json } from "../src/index.ts";

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
    ["a limit beside one that is withheld", "outcome.limits", { "/disclosed/limits.latency_us": undefined, "/certificate/outcome/limits/deadlineUs": 1 }],
    ["a named policy's budget without a rate", "outcome.limits", { "/policies/1/currency": "XTS", "/policies/1/limits": { budget_micros: 1 } }],
    ["a coverage of 0", "policies.form", { "/policies/0/limits": { latency_coverage_ppm: 0 } }],
    ["a double that is none", "certificate.form", { "/certificate/history/0/leaf": { ...leaf, memory: `7ff${"0".repeat(2045)}` } }],
  ])("is refused: %s", (_what, check, changes) => {
    expect(refusing(changes)).toContain(check);
  });
});
