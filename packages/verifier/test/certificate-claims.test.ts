import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { canonical, sha256Hex, verifyCertificate, type CertificateMaterial, type Check, type Json, type JsonObject } from "../src/index.ts";
import { Checks } from "../src/report/report.ts";
import { checkCertificate } from "../src/verify-certificate.ts";
import { failing } from "./support/decision-scene.ts";

const { payload } = JSON.parse(readFileSync(new URL("fixtures/chosen.caio.json", import.meta.url), "utf8")) as { payload: string };
const text = Buffer.from(payload, "base64").toString();

interface Opened {
  readonly salt: string;
  value: Json;
}
interface Material {
  certificate: {
    tenant: string; detected: Json; lineage: Json; fields: { energyMicros: number; highEnergyMicros: number };
    inputs: { policy: { base: string; named: Record<string, string>; digest: string } }; request: { digest: string; paths: Record<string, string | null> };
  };
  policies: (JsonObject & { id: string })[];
  disclosed: Record<string, Opened>;
}

const digest = (value: unknown): string => sha256Hex(canonical(value));

/** The fixture's material after a change, its commitments to the request written anew. */
function materialOf(change: (material: Material) => void): CertificateMaterial {
  const { predicate } = JSON.parse(text) as { predicate: Material };
  change(predicate);
  const { request } = predicate.certificate;
  for (const [path, { salt, value }] of Object.entries(predicate.disclosed)) request.paths[path] = sha256Hex(Buffer.concat([Buffer.of(4), Buffer.from(salt, "hex"), Buffer.from(canonical(value))]));
  request.digest = digest(request.paths);
  return predicate as unknown as CertificateMaterial;
}
/** States the policies that are there as the inputs. */
function commit({ certificate: { inputs }, policies: [base, ...named] }: Material): void {
  const stated = { base: digest(base), named: Object.fromEntries(named.map((policy) => [policy.id, digest(policy)])) };
  inputs.policy = { ...inputs.policy, ...stated, digest: digest(stated) };
}
const say = (material: Material, path: string, value: Json): void => {
  const opened = material.disclosed[path];
  if (opened !== undefined) opened.value = value;
};
const checksOf = (change: (material: Material) => void): readonly Check[] => verifyCertificate(materialOf(change)).checks;
/** The checks of some name that refuse, or are withheld. */
const told = (prefix: string, change: (material: Material) => void): readonly string[] =>
  checksOf(change).filter(({ name, verdict, standing }) => name.startsWith(prefix) && (verdict === "fail" || standing === "withheld")).map(({ name, verdict, detail }) => (verdict === "fail" ? `${name}: ${(detail ?? "").slice(0, 60)}` : `${name} withheld`));

it("nothing is refused where nothing was changed", () => {
  const report = verifyCertificate(materialOf(() => undefined));
  expect([report.valid, failing(report.checks), report.conclusion]).toEqual([true, [], "attested"]);
  expect(report.checks.filter(({ name }) => name.startsWith("attested.") || name === "request.labels" || name === "lineage.order").map(({ name, standing }) => [name, standing])).toEqual([
    ["attested.identity", "attested"], ["attested.authentication", "attested"], ["attested.fields", "attested"], ["request.labels", "attested"], ["lineage.order", "attested"],
  ]);
});

describe("the policies (certificate §3)", () => {
  it("have the digests that the inputs state", () => {
    const wrong = "00".repeat(32);
    expect(told("policy", ({ certificate: { inputs } }) => { inputs.policy.digest = wrong; })).toEqual([expect.stringMatching(/^policy\.digest:/)]);
    expect(told("policy", ({ certificate: { inputs } }) => { inputs.policy.base = wrong; })).toEqual([expect.stringMatching(/^policy\.digest:/), expect.stringMatching(/^policy\.base:/)]);
    const stray = [expect.stringMatching(/^policy\.digest:/), "policy.named: the policy audit is not the store's"];
    expect(told("policy", ({ certificate: { inputs } }) => { inputs.policy.named["audit"] = wrong; })).toEqual(stray);
    expect(told("policy", ({ certificate: { inputs } }) => { inputs.policy.named = {}; })).toEqual(stray);
  });

  it("are the base and those that the request names, in order, each once", () => {
    const add = (material: Material, ...ids: readonly string[]): void => {
      const [base, audit] = material.policies;
      if (base === undefined || audit === undefined) throw new Error("There are two policies.");
      material.policies = [base, ...ids.map((id) => ({ ...audit, id }))];
      commit(material);
    };
    const named = (asked: readonly string[], ...ids: readonly string[]): readonly string[] => told("policy", (material) => { add(material, ...ids); say(material, "policies", asked); });
    expect([named(["audit", "b"], "audit", "b"), named([])]).toEqual([[], []]);
    const order = ["policy.named: the named policies are not in order"];
    expect([named(["audit", "b"], "b", "audit"), named(["audit"], "audit", "audit"), named(["a", "b", "c"], "a", "c", "b")]).toEqual([order, order, order]);
    const asked = ["policy.named: the policies are not those that the request names"];
    expect([named(["audit"]), named([], "audit"), named(["audit", "b"], "audit"), named(["b"], "audit")]).toEqual([asked, asked, asked, asked]);
  });

  it("bear the name of their policy in the rules of the pairs that they reject", () => {
    const verdicts = (clause: string): readonly string[] => told("verdict", (material) => {
      const [base, audit] = material.policies;
      if (base === undefined || audit === undefined) throw new Error("There are two policies.");
      material.policies = [base, { ...audit, rules: [{ id: "x", priority: 1_000, reason: "why", effect: { kind: "deny", condition: "true" } }] }];
      commit(material);
      Reflect.set(material.certificate, "verdicts", ["0x-3", "a-2", "z9-1"].map((service) => ({ service, model: null, step: 2, clause })));
    });
    expect([verdicts("rule:audit/x"), verdicts("rule:x").length, verdicts("rule:/x").length]).toEqual([[], 3, 3]);
  });

  it("of the store may be more than the request names", () => {
    expect(told("policy", (material) => {
      material.certificate.inputs.policy.named["zeta"] = "00".repeat(32);
      const { base, named } = material.certificate.inputs.policy;
      material.certificate.inputs.policy.digest = digest({ base, named });
    })).toEqual([]);
  });

  it("are not known where the request does not say which: then limits and rules are withheld, and what the steps before say is not", () => {
    const hide = (material: Material): void => { Reflect.deleteProperty(material.disclosed, "policies"); };
    expect(told("policy", hide)).toEqual(["policy.named withheld"]);
    const withheld = told("", hide);
    expect(withheld).toEqual(expect.arrayContaining(["outcome.limits withheld", "outcome.obligations withheld", "promise.deadline withheld"]));
    expect(withheld.filter((line) => !line.endsWith(" withheld"))).toEqual([]);
  });

  it("are of the profile, also where a rule is never asked", () => {
    const outside = { id: "x", priority: 0, reason: "why", when: "false", effect: { kind: "deny", condition: "matches()" } };
    expect(told("policy", (material) => {
      const [base] = material.policies;
      if (base !== undefined) material.policies[0] = { ...base, rules: [outside] };
      commit(material);
    })).toEqual([expect.stringMatching(/^policy\.rules:/)]);
  });
});

describe("what a certificate says of its request", () => {
  it("the tenant is the principal's", () => {
    expect(told("request.tenant", (material) => { material.certificate.tenant = "other"; })).toEqual([expect.stringMatching(/^request\.tenant:/)]);
    expect(told("request.tenant", (material) => { Reflect.deleteProperty(material.disclosed, "principal.tenant"); })).toEqual(["request.tenant withheld"]);
  });

  it("labels are those declared and those detected, sorted, each once", () => {
    const labels = (all: readonly string[], declared: readonly string[], ...detected: readonly string[]): readonly string[] =>
      told("request.labels", (material) => {
        say(material, "labels", all);
        say(material, "data.labels", declared);
        material.certificate.detected = detected.map((label) => ({ label, count: 1 }));
      });
    expect([labels(["a", "b"], ["b"], "a"), labels(["a"], ["a"], "a"), labels(["a"], ["a"]), labels(["a"], [], "a")]).toEqual([[], [], [], []]);
    const wrong = ["request.labels: the labels are not those declared and detected"];
    expect([labels(["a"], []), labels([], ["a"]), labels([], [], "a"), labels(["a", "b", "c"], ["b"], "a")]).toEqual([wrong, wrong, wrong, wrong]);
  });

  it("a part of the field has no more energy than the whole", () => {
    const fields = (high: number): readonly string[] => told("attested.fields", ({ certificate }) => { certificate.fields = { ...certificate.fields, energyMicros: 5, highEnergyMicros: high }; });
    expect([fields(5), fields(6)]).toEqual([[], ["attested.fields: a part of the field has more energy than the whole"]]);
  });

  it("excluded pairs are in order, each once, the null model first", () => {
    const order = (...pairs: readonly (readonly [string, string | null])[]): readonly string[] =>
      told("lineage.order", (material) => { material.certificate.lineage = { parent: "00".repeat(32), excluded: pairs.map(([service, model]) => ({ service, model })) }; });
    expect([order(), order(["a", null]), order(["a", null], ["a", "m"], ["b", "a"]), order(["a", "m"], ["a-b", null]), order(["a", null], ["a", "0"])]).toEqual([[], [], [], [], []]);
    const wrong = ["lineage.order: the excluded pairs are not in order"];
    expect([order(["b", null], ["a", null]), order(["a", "m"], ["a", null]), order(["a", "m"], ["a", "m"]), order(["a", "m"], ["a", "n"], ["a", "l"])]).toEqual([wrong, wrong, wrong, wrong]);
  });

  it("whose pairs cannot be told is gone no further through, which is no error", () => {
    const checks = checksOf((material) => { Reflect.set(material.certificate, "completeness", { revealed: null, prefixes: [{ type: null, proof: [] }] }); });
    expect(failing(checks)).toContain("completeness.trie");
    expect(checks.map(({ name }) => name).filter((name) => name === "certificate.readable" || /^(verdict|outcome|choice)\./.test(name))).toEqual([]);
  });

  it("is handed on with its pairs to what is built upon it", () => {
    const judged = checkCertificate(materialOf(() => undefined), new Checks())?.judged;
    expect(judged?.pairs.map(({ service }) => service)).toEqual(["0x-3", "a-2", "z9-1"]);
    expect(judged?.scene.base.id).toBe("house");
  });

  it("that cannot be gone through is a check that fails, and never an error", () => {
    expect(failing(verifyCertificate(Object.defineProperty({}, "certificate", { get: () => { throw new Error("no"); } }) as CertificateMaterial).checks)).toEqual(["certificate.readable"]);
  });
});
