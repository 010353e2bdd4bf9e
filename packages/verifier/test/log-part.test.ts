import { describe, expect, it } from "vitest";

import { canonical, webCrypto, type Check, type Json } from "../src/index.ts";
import { checkCheckpoint } from "../src/log/check-checkpoint.ts";
import { checkVersions, decidingOf, decisionProblem, inclusionProblem, type Deciding, type Logged } from "../src/log/logged.ts";
import { Checks } from "../src/report/report.ts";
import type { Certificate } from "../src/shape/certificate-shape.ts";
import { sha256, Signer } from "./support/signer.ts";

const hash = (digit: string): string => digit.repeat(64);
const inputs = {
  registry: { epoch: 3, size: 1, trie: hash("1"), root: hash("2"), logIndex: 4 },
  policy: { version: 5, base: hash("3"), named: {}, digest: hash("4"), logIndex: 6 },
  history: { version: 7, root: hash("5"), logIndex: 8 },
};
const certificate = {
  decisionId: "d", now: 9, tenant: "t", inputs, request: { digest: hash("6"), paths: {} }, lineage: null,
  outcome: { kind: "chosen", selected: { service: "s", model: "m", score: 1, route: "external" } },
} as unknown as Certificate;
const logged = (index: number, kind: string, body: Json, tenant: string | null = null): Logged => ({ index, proof: [], entry: { kind, tenant, body, prev: null } });

describe("the entry of a decision (certificate §7)", () => {
  const told = { decisionId: "d", now: 9, certificate: hash("7"), requestDigest: hash("6"), parent: null, outcome: "chosen", selected: { service: "s", model: "m" } };
  const versions = { registry: { version: 3, digest: hash("2") }, policy: { version: 5, digest: hash("4") }, history: { version: 7, digest: hash("5") } };
  const problem = (body: Json, of: Certificate = certificate, { kind = "decision", tenant = "t" } = {}): string | undefined => decisionProblem(logged(9, kind, body, tenant).entry, hash("7"), decidingOf(of));

  it("says what the certificate says, and no more", () => {
    expect(problem({ ...told, inputs: versions })).toBeUndefined();
    for (const [name, lie] of Object.entries({ decisionId: "e", now: 8, certificate: hash("8"), requestDigest: hash("8"), parent: hash("8"), outcome: "BudgetExceeded", selected: null, more: 1 })) {
      expect(problem({ ...told, inputs: versions, [name]: lie }), name).toContain("does not say what the certificate says");
    }
    for (const [name, { version, digest }] of Object.entries(versions)) {
      for (const lie of [{ version: version + 1, digest }, { version, digest: hash("8") }, { version, digest, stale: { confirmedMsAgo: 2, boundMs: 1 } }]) expect(problem({ ...told, inputs: { ...versions, [name]: lie } }), name).toBeDefined();
    }
  });

  it("is of the kind and of the tenant", () => {
    expect(problem({ ...told, inputs: versions }, certificate, { kind: "outcome" })).toContain("no decision of this tenant");
    expect(problem({ ...told, inputs: versions }, certificate, { tenant: "u" })).toContain("no decision of this tenant");
  });

  it("says a refusal by its code, a parent, and what was stale", () => {
    const refused = { ...certificate, outcome: { kind: "refused", code: "RuleViolation" } } as unknown as Certificate;
    expect(problem({ ...told, inputs: versions, outcome: "RuleViolation", selected: null }, refused)).toBeUndefined();
    expect(problem({ ...told, inputs: versions, outcome: "refused", selected: null }, refused)).toBeDefined();
    expect(problem({ ...told, inputs: versions, parent: hash("9") }, { ...certificate, lineage: { parent: hash("9"), excluded: [] } })).toBeUndefined();
    const stale = { confirmedMsAgo: 2, boundMs: 1 };
    const old = { ...certificate, inputs: { ...inputs, registry: { ...inputs.registry, stale }, policy: { ...inputs.policy, stale } } };
    expect(problem({ ...told, inputs: { ...versions, registry: { ...versions.registry, stale }, policy: { ...versions.policy, stale } } }, old)).toBeUndefined();
    expect(problem({ ...told, inputs: versions }, old)).toBeDefined();
  });
});

describe("the entries of the versions (certificate §7)", () => {
  const entries = {
    registry: logged(4, "registry", { version: 3, digest: hash("2"), parent: hash("a") }, "t"),
    policy: logged(6, "policy", { version: 5, digest: hash("4"), parent: null }),
    history: logged(8, "history", { version: 7, digest: hash("5"), parent: null }),
  };
  const found = (change: object, of: Pick<Deciding, "inputs" | "tenant"> = certificate, before = 9): readonly string[] => {
    const checks = new Checks();
    checkVersions(of, { ...entries, ...change }, before, checks);
    return checks.report().checks.map(({ verdict, standing, detail }: Check) => detail ?? `${verdict}, ${standing}`);
  };
  const [fine, absent] = ["pass, proved", "not logged"];
  const changed = (name: keyof typeof entries, entry: object): object => ({ [name]: { ...entries[name], entry: { ...entries[name].entry, ...entry } } });

  it("are of the version and digest that the certificate names, each of its owner", () => {
    expect(found({})).toEqual([fine, fine, fine]);
    for (const [at, name] of (["registry", "policy", "history"] as const).entries()) {
      const body = entries[name].entry.body as Record<string, Json>;
      for (const lie of [{ ...body, version: 1 }, { ...body, digest: hash("8") }, { ...body, more: 1 }]) expect(found(changed(name, { body: lie }))[at]).toBe("the entry is of another version");
      for (const lie of [{ kind: "outcome" }, { tenant: "u" }]) expect(found(changed(name, lie))[at]).toBe(`the entry is no version of the ${name}`);
      for (const parent of ["x", hash("A"), `${hash("a")}a`, `${hash("a")}\n`, ` ${hash("a")}`, 1, [hash("a")]]) expect(found(changed(name, { body: { ...body, parent } }))[at]).toBe("the parent is no digest");
      for (const lie of [null, "x", [body], { version: body["version"] ?? null, digest: body["digest"] ?? null }]) expect(found(changed(name, { body: lie }))[at]).toBe("the entry is of another version");
    }
    expect([found(changed("registry", { tenant: null }))[0], found(changed("policy", { tenant: "t" }))[1], found(changed("history", { tenant: "t" }))[2]]).toEqual(["registry", "policy", "history"].map((name) => `the entry is no version of the ${name}`));
  });

  it("stand at the index that the certificate names, before the decision", () => {
    expect(found({ registry: { ...entries.registry, index: 5 } })[0]).toContain("not at the index");
    expect(found({ registry: null })[0]).toContain("not at the index");
    expect([found({}, certificate, 9), found({}, certificate, 8), found({}, certificate, 4)].map((lines) => lines.filter((line) => line === "the version was logged after the decision").length)).toEqual([0, 1, 3]);
  });

  it("are not logged where there is neither an index nor an entry", () => {
    const silent = { ...certificate, inputs: { ...inputs, history: { ...inputs.history, logIndex: null } } };
    expect(found({ history: null }, silent)).toEqual([fine, fine, absent]);
    expect(found({}, silent)[2]).toContain("not at the index");
  });

  it("are told as checks of their names; what is not logged is withheld", () => {
    const checks = new Checks();
    checkVersions({ ...certificate, inputs: { ...inputs, history: { ...inputs.history, logIndex: null } } }, { ...entries, history: null }, 9, checks);
    expect(checks.report().checks.map(({ name, standing }) => [name, standing])).toEqual([["log.registry", "proved"], ["log.policy", "proved"], ["log.history", "withheld"]]);
  });
});

describe("an inclusion under the checkpoint (certificate §7)", () => {
  const entry = { kind: "outcome", tenant: null, body: {}, prev: null };
  const leaf = sha256(Buffer.of(0), canonical(entry));
  const sibling = sha256("sibling");
  const checkpoint = { origin: "o", size: 2, root: sha256(Buffer.of(1), leaf, sibling) };
  const one: Logged = { index: 0, entry, proof: [sibling.toString("hex")] };

  it("holds for the entry, at its index and size, by hashes", () => {
    expect(inclusionProblem(one, checkpoint)).toBeUndefined();
    expect(inclusionProblem({ index: 0, entry, proof: [] }, { ...checkpoint, size: 1, root: leaf })).toBeUndefined();
    for (const lie of [{ ...one, index: 1 }, { ...one, entry: { ...entry, tenant: "t" } }, { ...one, proof: [] }]) expect(inclusionProblem(lie, checkpoint)).toBe(`entry ${String(lie.index)} is not in the log`);
    expect(inclusionProblem(one, { ...checkpoint, size: 3 })).toBeDefined();
    expect(inclusionProblem(one, undefined)).toContain("no checkpoint");
    expect(inclusionProblem({ ...one, proof: [hash("z")] }, checkpoint)).toContain("no list of hashes");
  });
});

describe("the checkpoint of a bundle, and what its witnesses say (certificate §7, §10)", () => {
  const log = new Signer("caio.example/log");
  const witness = new Signer("witness.example", 4);
  const head = `caio.example/log\n7\n${sha256("root").toString("base64")}\n`;
  const read = async (lines: readonly string[], witnesses: readonly string[], key = log.key): Promise<readonly [number | undefined, readonly Check[]]> => {
    const checks = new Checks();
    const checkpoint = await checkCheckpoint(`${head}\n${lines.join("")}`, { publicKeys: [key], port: webCrypto, witnesses }, checks);
    return [checkpoint?.size, checks.report().checks];
  };
  const holds = { name: "log.checkpoint", verdict: "pass", standing: "proved" };

  it("gives the head, and fails where it is not signed", async () => {
    expect(await read([log.line(head)], [])).toEqual([7, [holds]]);
    expect(await read([log.line(head)], [], witness.key)).toMatchObject([7, [{ name: "log.checkpoint", verdict: "fail" }]]);
    expect(await read([], [witness.text])).toMatchObject([undefined, [{ name: "log.checkpoint", verdict: "fail" }]]);
  });

  it("tells when a witness saw it, or that it did not, which is no fault, or that its word does not hold, which is one", async () => {
    const name = "log.witness.witness.example";
    const [, seen] = await read([log.line(head), witness.cosign(head, 86_400n)], [witness.text]);
    expect(seen).toEqual([holds, { name, verdict: "pass", standing: "proved", detail: expect.stringContaining("witnessed by witness.example at 1970-01-02T00:00:00.000Z") as string }]);
    expect((await read([log.line(head)], [witness.text]))[1]).toMatchObject([holds, { name, verdict: "pass", standing: "withheld" }]);
    expect((await read([log.line(head), witness.cosign(`${head}x`, 1n)], [witness.text]))[1]).toMatchObject([holds, { name, verdict: "fail" }]);
  });

  it("writes a time past the calendar as seconds", async () => {
    const at = async (seconds: bigint): Promise<string> => (await read([log.line(head), witness.cosign(head, seconds)], [witness.text]))[1][1]?.detail ?? "";
    expect(await at(253_402_300_799n)).toContain(" at 9999-12-31T23:59:59.000Z,");
    expect(await at(253_402_300_800n)).toContain(" at 253402300800 s,");
  });

  it("takes the log's own key for no witness of itself, and another's of a longer name for one", async () => {
    const [, own] = await read([log.line(head)], [log.text, ` ${log.text}\n`]);
    expect(own).toEqual([holds]);
    const near = new Signer("caio.example/log2", 4);
    expect((await read([log.line(head), near.cosign(head, 1n)], [near.text]))[1]).toMatchObject([holds, { name: "log.witness.caio.example/log2", verdict: "pass", standing: "proved" }]);
  });
});
