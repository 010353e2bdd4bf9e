import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canonical, parseJson, sha256Hex, verifyBundle, verifyCertificate, verifyCheckpoint, type CertificateMaterial, type JsonObject, type Report } from "../src/index.ts";

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
const publicKey = fixture("operator.pub");
const bundles = { chosen: fixture("chosen.caio.json"), refused: fixture("refused.caio.json") };
const predicateOf = (bundle: string): CertificateMaterial & JsonObject => {
  const { payload } = JSON.parse(bundle) as { payload: string };
  return (JSON.parse(Buffer.from(payload, "base64").toString()) as { predicate: CertificateMaterial & JsonObject }).predicate;
};
const failures = ({ checks }: Report): string[] => checks.filter(({ verdict }) => verdict === "fail").map(({ name }) => name);

describe.each(Object.entries(bundles))("a bundle of a decision that is %s", (_kind, bundle) => {
  it("is valid as text and as bytes", async () => {
    for (const input of [bundle, new TextEncoder().encode(bundle)]) {
      const report = await verifyBundle(input, { publicKey });
      expect(failures(report)).toEqual([]);
      expect(report).toMatchObject({ valid: true, conclusion: "attested", decisionVersion: "caio-route/1", knownVersion: true });
      expect(new Set(report.checks.map(({ name }) => name)).size).toBe(report.checks.length);
    }
  });

  it("is invalid under another key, and only for that", async () => {
    const report = await verifyBundle(bundle, { publicKey: "11".repeat(32) });
    expect(failures(report)).toEqual(["envelope.key", "envelope.signature", "log.checkpoint"]);
  });

  it("is invalid when a byte of it is changed or the end is missing", async () => {
    await fc.assert(fc.asyncProperty(fc.nat(bundle.length - 1), async (at) => {
      expect((await verifyBundle(bundle.slice(0, at), { publicKey })).valid).toBe(false);
      const changed = `${bundle.slice(0, at)}${bundle[at] === "A" ? "B" : "A"}${bundle.slice(at + 1)}`;
      expect((await verifyBundle(changed, { publicKey })).valid).toBe(false);
    }), { numRuns: 60 });
  });

  it("says apart that a decision version is unknown", () => {
    const material = predicateOf(bundle);
    const certificate = { ...(material.certificate as JsonObject), decisionVersion: "caio-route/9" };
    const report = verifyCertificate({ ...material, certificate });
    expect(failures(report)).toEqual([]);
    expect(report).toMatchObject({ valid: false, knownVersion: false, decisionVersion: "caio-route/9" });
  });

  it("is checked as far as it can be while paths are withheld", () => {
    const material = predicateOf(bundle);
    const disclosed = material.disclosed as JsonObject;
    for (const path of Object.keys(disclosed)) {
      const rest = Object.fromEntries(Object.entries(disclosed).filter(([name]) => name !== path));
      const report = verifyCertificate({ ...material, disclosed: rest });
      expect(failures(report), path).toEqual([]);
    }
    const bare = verifyCertificate({ ...material, disclosed: {} });
    expect(failures(bare)).toEqual([]);
    expect(bare.conclusion).toBe("withheld");
    expect(bare.checks.filter(({ standing }) => standing === "proved").map(({ name }) => name)).toEqual(expect.arrayContaining(["completeness.trie", "history.leaves", "policy.base"]));
  });

  it("fails on a false verdict even while paths are withheld", () => {
    const material = predicateOf(bundle);
    const certificate = material.certificate as JsonObject;
    const [first, ...others] = certificate["verdicts"] as JsonObject[];
    const lie = { service: first?.["service"] ?? null, model: first?.["model"] ?? null, step: 1, clause: "excluded" };
    const report = verifyCertificate({ ...material, disclosed: {}, certificate: { ...certificate, verdicts: [lie, ...others] } });
    expect(failures(report).some((name) => name.startsWith("verdict."))).toBe(true);
  });
});

describe("verifyBundle", () => {
  it("is total on texts, bytes and JSON of any kind", async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.uint8Array(), fc.json()), async (input) => {
      expect((await verifyBundle(input, { publicKey })).valid).toBe(false);
    }));
  });

  it("is total on an envelope around any JSON", async () => {
    await fc.assert(fc.asyncProperty(fc.jsonValue(), async (json) => {
      const payload = Buffer.from(JSON.stringify(json)).toString("base64");
      const bundle = JSON.stringify({ payloadType: "application/vnd.in-toto+json", payload, signatures: [{ keyid: "00".repeat(32), sig: "" }] });
      expect((await verifyBundle(bundle, { publicKey })).valid).toBe(false);
    }));
  });

  it("verifyCertificate is total on what is no material", () => {
    fc.assert(fc.property(fc.anything(), (certificate) => {
      const report = verifyCertificate({ certificate, contracts: certificate, encodings: [], policies: certificate, disclosed: {} } as unknown as CertificateMaterial);
      expect(report.valid).toBe(false);
    }));
  });
});

describe("verifyCheckpoint", () => {
  const note = (predicateOf(bundles.chosen)["log"] as { checkpoint: string }).checkpoint;

  it("takes every form of the key", async () => {
    const raw = Buffer.from(publicKey.trim(), "hex");
    const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString("base64")}\n-----END PUBLIC KEY-----\n`;
    const marked = Buffer.concat([Buffer.of(1), raw]);
    const id = sha256Hex(Buffer.concat([Buffer.from("caio.example/log\n"), marked])).slice(0, 8);
    for (const key of [raw, spki, pem, raw.toString("base64"), `caio.example/log+${id}+${marked.toString("base64")}`]) {
      expect((await verifyCheckpoint(note, key)).problem).toBeUndefined();
    }
    expect((await verifyCheckpoint(note, "nonsense")).problem).toBeDefined();
    expect((await verifyCheckpoint(note, `caio.example/log+00000000+${marked.toString("base64")}`)).problem).toBeDefined();
  });

  it("passes over witnesses, and refuses another text, origin, size or root", async () => {
    expect((await verifyCheckpoint(`${note}— witness.example AAAAAAAA\n`, publicKey)).problem).toBeUndefined();
    const odd = [`${note}— wit+ness AAAAAAAA\n`, `${note}— wit\tness AAAAAAAA\n`, note.replaceAll("caio.example", "caio\u0085example")];
    for (const changed of [...odd, note.replace("\n7\n", "\n8\n"), note.replace("caio.example", "caio.other"), note.replace("\n\n", "\nmore\n\n"), note.trimEnd(), `${note}\n`, note.replace("— ", "- ")]) {
      expect((await verifyCheckpoint(changed, publicKey)).problem, changed).toBeDefined();
    }
  });

  it("canonical and parseJson agree on the fixtures", () => {
    for (const bundle of Object.values(bundles)) expect(canonical(parseJson(bundle))).toBe(canonical(JSON.parse(bundle)));
  });
});
