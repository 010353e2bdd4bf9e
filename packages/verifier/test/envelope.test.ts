import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { canonical, preAuthentication, sha256Hex, verifyBundle, type Check, type CryptoPort, type Json, type JsonObject } from "../src/index.ts";
import { MAX_SIZE } from "../src/json/json.ts";
import { failing } from "./support/decision-scene.ts";
import { Signer } from "./support/signer.ts";

const { payload, payloadType } = JSON.parse(readFileSync(new URL("fixtures/chosen.caio.json", import.meta.url), "utf8")) as { payload: string; payloadType: string };
const honest = Buffer.from(payload, "base64").toString();
const operator = new Signer("caio.example/log");
const other = new Signer("caio.example/log");

interface Statement {
  subject: { name: string; digest: { sha256: string } }[];
  predicate: JsonObject & { timeCreated: string; certificate: Record<string, Json>; log: { checkpoint: string; entries: Record<string, { index: number; entry: JsonObject; proof: string[] } | null> } };
}

/** The fixture's statement, its log's head signed by the operator of this test, after a change. */
function changed(change: (statement: Statement) => void = () => undefined): Json {
  const statement = JSON.parse(honest) as Statement;
  const [text = ""] = statement.predicate.log.checkpoint.split("\n\n");
  statement.predicate.log.checkpoint = `${text}\n\n${operator.line(`${text}\n`)}`;
  change(statement);
  return statement as unknown as Json;
}

/** What stands around a statement. */
interface Around {
  readonly keyid?: string;
  readonly signer?: Signer;
  readonly extra?: Uint8Array;
  readonly text?: string;
  readonly encoded?: string;
}

function bundleOf(statement: Json, { signer = operator, keyid = sha256Hex(signer.key), extra = Buffer.of(), text = canonical(statement), encoded }: Around = {}): string {
  const signed = Buffer.concat([signer.sign(preAuthentication(payloadType, Buffer.from(text))), extra]);
  return JSON.stringify({ payloadType, payload: encoded ?? Buffer.from(text).toString("base64"), signatures: [{ keyid, sig: signed.toString("base64") }] });
}

type Options = Partial<Parameters<typeof verifyBundle>[1]>;
const checksOf = async (bundle: string | Uint8Array, options: Options = {}): Promise<readonly Check[]> => (await verifyBundle(bundle, { publicKey: operator.key, ...options })).checks;
const refusing = async (bundle: string | Uint8Array, options: Options = {}): Promise<readonly string[]> => failing(await checksOf(bundle, options));
const lie = (change: (statement: Statement) => void): Promise<readonly string[]> => refusing(bundleOf(changed(change)));

describe("the envelope (certificate §2)", () => {
  const good = bundleOf(changed());

  it("holds under the operator's key, given alone or among those of all instances", async () => {
    const report = await verifyBundle(good, { publicKey: operator.key });
    expect([report.valid, report.conclusion, failing(report.checks)]).toEqual([true, "attested", []]);
    expect(report.checks.slice(0, 8).map(({ name }) => name)).toEqual(["key.form", "envelope.form", "envelope.payload", "envelope.key", "envelope.signature", "statement.canonical", "statement.form", "statement.subject"]);
    for (const publicKey of [[operator.key], [other.key, operator.key], [operator.key, other.key], operator.key.toString("hex"), new Uint8Array(operator.key)]) expect((await verifyBundle(good, { publicKey })).valid).toBe(true);
    expect((await verifyBundle(Buffer.from(good), { publicKey: operator.key })).valid).toBe(true);
  });

  it("is of one of the keys, and says so by its id", async () => {
    expect(await refusing(good, { publicKey: other.key })).toEqual(["envelope.key", "envelope.signature", "log.checkpoint"]);
    expect(await refusing(bundleOf(changed(), { keyid: "00".repeat(32) }))).toEqual(["envelope.key"]);
    expect(await refusing(bundleOf(changed(), { keyid: sha256Hex(other.key) }), { publicKey: [operator.key, other.key] })).toEqual(["envelope.signature"]);
    expect(await refusing(bundleOf(changed(), { signer: other }), { publicKey: [operator.key, other.key] })).toEqual([]);
  });

  it("is not held to a key that is none, and then is not valid", async () => {
    const none = await checksOf(good, { publicKey: "no key" });
    expect(failing(none)).toEqual(["key.form", "log.checkpoint"]);
    expect(none.map(({ name }) => name)).not.toContain("envelope.signature");
    expect((await verifyBundle(good, { publicKey: "no key" })).valid).toBe(false);
    expect(await refusing(good, { publicKey: [operator.key, "no key"] })).toContain("key.form");
    expect(await refusing(good, { publicKey: [] })).toContain("key.form");
  });

  it("has a signature of 64 bytes over type and payload, which the platform affirms", async () => {
    const believing: CryptoPort = { verifyEd25519: () => Promise.resolve(true) };
    expect(await refusing(bundleOf(changed(), { extra: Buffer.of(0) }), { crypto: believing })).toEqual(["envelope.signature"]);
    expect(await refusing(bundleOf(changed(), { signer: other, keyid: sha256Hex(operator.key) }))).toEqual(["envelope.signature"]);
    const unreadable = JSON.parse(good) as { signatures: { keyid: string; sig: string }[] };
    expect(await refusing(JSON.stringify({ ...unreadable, signatures: unreadable.signatures.map((each) => ({ ...each, sig: "!" })) }))).toEqual(["envelope.signature"]);
    const refusingPort: CryptoPort = { verifyEd25519: () => Promise.reject(new Error("no such curve")) };
    expect(await refusing(good, { crypto: refusingPort })).toEqual(["envelope.signature", "log.checkpoint"]);
  });

  it("holds base64, and no more than a reader takes", async () => {
    expect((await checksOf(bundleOf(changed(), { encoded: "!" }))).map(({ name, verdict }) => [name, verdict])).toEqual([["key.form", "pass"], ["envelope.form", "pass"], ["envelope.payload", "fail"]]);
    expect((await checksOf("{}")).map(({ name, verdict }) => [name, verdict])).toEqual([["key.form", "pass"], ["envelope.form", "fail"], ["envelope.payload", "fail"]]);
    const long = await checksOf(" ".repeat(MAX_SIZE + 1));
    expect(long).toMatchObject([{ name: "bundle.readable", verdict: "fail", detail: `the bundle is longer than ${String(MAX_SIZE)} bytes` }]);
    expect((await checksOf(" ".repeat(MAX_SIZE))).find(({ name }) => name === "bundle.readable")?.detail).not.toContain("longer");
    expect((await checksOf(new Uint8Array(Buffer.from("[")))).map(({ name }) => name)).toEqual(["key.form", "bundle.readable"]);
  });
});

describe("the statement (certificate §2)", () => {
  it("is canonical, of an exact form, and of the certificate, its id and its time", async () => {
    expect(await refusing(bundleOf(changed(), { text: JSON.stringify(changed(), undefined, 1) }))).toEqual(["statement.canonical"]);
    expect(await refusing(bundleOf([]))).toContain("statement.form");
    expect(await refusing(bundleOf(null))).toContain("statement.form");
    expect([
      await lie(({ subject: [one] }) => { if (one !== undefined) one.digest.sha256 = "00".repeat(32); }), await lie(({ subject: [one] }) => { if (one !== undefined) one.name = "00".repeat(32); }),
      await lie(({ predicate }) => { predicate.timeCreated = "2025-11-24T16:00:00.002Z"; }),
    ]).toEqual([["statement.subject"], ["statement.name"], ["statement.time"]]);
  });

  it("that cannot be read is told beside the signature", async () => {
    const broken = await checksOf(bundleOf(null, { text: "{" }));
    expect(broken.map(({ name, verdict }) => [name, verdict])).toEqual([["key.form", "pass"], ["envelope.form", "pass"], ["envelope.payload", "pass"], ["envelope.key", "pass"], ["envelope.signature", "pass"], ["bundle.readable", "fail"]]);
    expect((await verifyBundle(bundleOf(null, { text: "{" }), { publicKey: operator.key })).valid).toBe(false);
  });

  it("of another predicate is read as that of a plan, or refused", async () => {
    expect(await refusing(bundleOf({ ...(changed() as JsonObject), predicateType: "urn:caio:other:v1" }))).toEqual(["statement.form"]);
    const { predicate, ...rest } = changed() as JsonObject & { predicate: JsonObject };
    const plan = await checksOf(bundleOf({ ...rest, predicateType: "urn:caio:plan:v1", predicate: { ...predicate, steps: [{ certificate: predicate["certificate"] ?? null, disclosed: {} }] } }));
    expect(failing(plan)).not.toContain("statement.form");
    expect(plan.map(({ name }) => name)).toEqual(expect.arrayContaining(["plan.version", "step.0.certificate.form"]));
  });
});

describe("the log's part of a bundle (certificate §7)", () => {
  it("has an exact form", async () => {
    expect(await lie(({ predicate }) => { Reflect.deleteProperty(predicate, "log"); })).toContain("statement.form");
    expect(await lie(({ predicate }) => { Reflect.set(predicate.log, "more", 1); })).toEqual(["log.form"]);
  });

  it("shows every entry under the checkpoint, each by a check of its own", async () => {
    for (const kind of ["decision", "registry", "policy", "history"]) {
      expect(await lie(({ predicate: { log: { entries } } }) => { entries[kind]?.proof.pop(); })).toEqual([`log.inclusion.${kind}`]);
      expect(await lie(({ predicate: { log: { entries } } }) => { Reflect.set(entries[kind]?.entry ?? {}, "tenant", "other"); })).toEqual([`log.inclusion.${kind}`, `log.${kind}`]);
    }
    expect(await lie(({ predicate: { log } }) => { log.checkpoint = log.checkpoint.replace("— ", "— x"); })).toContain("log.checkpoint");
  });

  it("is not without the decision; a version that is named and not shown is missed", async () => {
    expect(await lie(({ predicate: { log: { entries } } }) => { entries["decision"] = null; })).toEqual(["log.decision"]);
    expect(await lie(({ predicate: { log: { entries } } }) => { entries["policy"] = null; })).toEqual(["log.policy"]);
  });

  it("is held to the certificate's digest and to its own order", async () => {
    expect(await lie(({ predicate: { certificate } }) => { certificate["testKey"] = certificate["testKey"] !== true; })).toEqual(["statement.subject", "log.decision"]);
    expect(await lie(({ predicate: { log: { entries } } }) => { if (entries["decision"] !== null && entries["decision"] !== undefined) entries["decision"].index = 0; })).toEqual(["log.inclusion.decision", "log.registry", "log.policy", "log.history"]);
  });

  it("is checked as far as it goes where the decision's version is unknown", async () => {
    const strange = bundleOf(changed((statement) => {
      statement.predicate.certificate["decisionVersion"] = "caio-route/9";
      const [subject] = statement.subject;
      if (subject !== undefined) subject.digest.sha256 = sha256Hex(canonical(statement.predicate.certificate));
    }));
    const report = await verifyBundle(strange, { publicKey: operator.key });
    expect([report.valid, report.knownVersion, failing(report.checks)]).toEqual([false, false, []]);
    expect(report.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(["certificate.version", "log.checkpoint", "log.inclusion.decision", "log.inclusion.history"]));
    expect(report.checks.map(({ name }) => name).filter((name) => ["statement.name", "statement.time", "log.decision", "log.registry"].includes(name))).toEqual([]);
  });

  it("asks the witnesses of whom the reader has a key, and no others", async () => {
    const witness = new Signer("witness.example", 4);
    const names = async (options: Options): Promise<readonly string[]> => (await checksOf(bundleOf(changed()), options)).map(({ name }) => name).filter((name) => name.startsWith("log.witness"));
    expect([await names({}), await names({ witnesses: [witness.text] })]).toEqual([[], ["log.witness.witness.example"]]);
  });
});
