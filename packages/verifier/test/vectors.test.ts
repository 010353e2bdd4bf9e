import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { canonical, parseJson, preAuthentication, verifyConsistency, verifyInclusion, webCrypto } from "../src/index.ts";

const folder = process.env["CAIO_VECTORS"] ?? "";
const known = folder !== "" && existsSync(folder);
if (!known) console.warn("CAIO_VECTORS is unset: the vectors of others were not run");

const read = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");
const filesOf = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : entry.name.endsWith(".json") ? [join(path, entry.name)] : []));
const bytes = (text: string | null | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? "", "base64"));

interface TreeVector {
  readonly leafIdx?: number;
  readonly treeSize: number;
  readonly leafHash: string;
  readonly root: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

describe.runIf(known)("vectors of others", () => {
  it("RFC 8785: canonical JSON", () => {
    const names = readdirSync(join(folder, "jcs", "input"));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(canonical(JSON.parse(read("jcs", "input", name))), name).toBe(read("jcs", "output", name).trim());
  });

  it("RFC 9162: inclusion and consistency, all 196", () => {
    const files = filesOf(join(folder, "rfc6962"));
    for (const file of files) {
      const vector = JSON.parse(readFileSync(file, "utf8")) as TreeVector;
      const proof = (vector.proof ?? []).map(bytes);
      const holds = file.includes("inclusion")
        ? verifyInclusion({ index: vector.leafIdx ?? 0, size: vector.treeSize, leafHash: bytes(vector.leafHash), proof, root: bytes(vector.root) })
        : verifyConsistency({ size1: vector.size1, size2: vector.size2, root1: bytes(vector.root1), root2: bytes(vector.root2), proof });
      expect(holds, file).toBe(!vector.wantErr);
    }
    expect(files).toHaveLength(196);
  });

  it("Wycheproof: Ed25519", async () => {
    const { testGroups } = JSON.parse(read("ed25519", "wycheproof.json")) as {
      testGroups: { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }[];
    };
    let count = 0;
    for (const { publicKey, tests } of testGroups) {
      for (const { tcId, msg, sig, result } of tests) {
        const holds = await webCrypto.verifyEd25519(Buffer.from(publicKey.pk, "hex"), Buffer.from(msg, "hex"), Buffer.from(sig, "hex")).catch(() => false);
        expect(holds, String(tcId)).toBe(result === "valid");
        count++;
      }
    }
    expect(count).toBe(151);
  });

  it("DSSE: pre-authentication encoding and envelope", () => {
    const vector = JSON.parse(read("dsse", "protocol-vector.json")) as { payload: string; payloadType: string; pae: string; envelope: { payload: string } };
    const encoded = preAuthentication(vector.payloadType, Buffer.from(vector.envelope.payload, "base64"));
    expect(new TextDecoder().decode(encoded)).toBe(vector.pae);
  });

  it("I-JSON: no vector with a fraction is read", () => {
    expect(() => parseJson(read("jcs", "input", "values.json"))).toThrow(SyntaxError);
  });
});
