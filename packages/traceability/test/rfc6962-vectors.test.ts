import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";

import { toHex, verifyConsistencyPath, verifyInclusionPath } from "@caio/core";
import { describe, expect, it } from "vitest";

import { MerkleLog } from "../src/index.ts";

interface InclusionCase {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}

interface ConsistencyCase {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}

const vectors = env["CAIO_VECTORS"];

function casesOf<T>(folder: string): [string, T][] {
  if (vectors === undefined) return [];
  return readdirSync(join(vectors, "rfc6962", folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name, JSON.parse(readFileSync(join(vectors, "rfc6962", folder, name), "utf8")) as T]);
}

const bytes = (text: string): Uint8Array => Buffer.from(text, "base64");
const path = (proof: string[] | null): Uint8Array[] => (proof ?? []).map(bytes);

/** The leaves of the log from which the vectors were made. */
const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

const log = new MerkleLog();
log.appendAll(leaves.map((hex) => Buffer.from(hex, "hex")));

/** Proofs of the vectors that are about this very log are made by it, too. */
function isOurs(size: number, root: string): boolean {
  return size >= 1 && size <= log.size && toHex(log.head(size).root) === toHex(bytes(root));
}

if (vectors === undefined) console.warn("CAIO_VECTORS is not set: the vectors of rfc6962 are not checked.");

describe.skipIf(vectors === undefined)("RFC 6962 vectors", () => {
  it.each(casesOf<InclusionCase>("inclusion"))("inclusion %s", (_name, each) => {
    const { leafIdx, treeSize, root, wantErr } = each;
    const proof = path(each.proof);
    expect(verifyInclusionPath(bytes(each.leafHash), leafIdx, treeSize, proof, bytes(root))).toBe(!wantErr);
    if (!wantErr && isOurs(treeSize, root)) {
      expect(log.inclusionProof(leafIdx, treeSize).map(toHex)).toEqual(proof.map(toHex));
      expect(toHex(log.leafHash(leafIdx))).toBe(toHex(bytes(each.leafHash)));
    }
  });

  it.each(casesOf<ConsistencyCase>("consistency"))("consistency %s", (_name, each) => {
    const { size1, size2, root1, root2, wantErr } = each;
    const proof = path(each.proof);
    expect(verifyConsistencyPath(size1, size2, proof, bytes(root1), bytes(root2))).toBe(!wantErr);
    if (!wantErr && isOurs(size1, root1) && isOurs(size2, root2)) {
      expect(log.consistencyProof(size1, size2).map(toHex)).toEqual(proof.map(toHex));
    }
  });

  it("are about the log that is rebuilt here", () => {
    const ours = casesOf<InclusionCase>("inclusion").filter(([, each]) => !each.wantErr && isOurs(each.treeSize, each.root));
    expect(ours.length).toBeGreaterThan(3);
  });
});
