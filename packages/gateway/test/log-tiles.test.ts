import { fromHex, leafHash, nodeHash, verifyConsistencyPath, verifyInclusionPath } from "@caio/core";
import { openCheckpoint, parseEntryBundle, TILE_WIDTH, tilePath, VerifierKey, type Checkpoint } from "@caio/traceability";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const LOG = "/api/v1/log";
const contract = "{ service_id: echo, version: 1.0.0, capabilities: [inference.chat], cost: { model: free }, access: { public: true }, api: { protocol: inprocess } }";
const document = { caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] } };

let gateway: TestGateway;
let address: string;
beforeAll(async () => {
  const echo = { execute: () => Promise.resolve({ output: { text: "hello" } }), health: () => Promise.resolve({ healthy: true }) };
  gateway = await testGateway({ targets: { echo } });
  await register(gateway, contract);
  address = await gateway.listen();
  await decide(600);
});
afterAll(() => gateway.close());

async function decide(count: number): Promise<void> {
  const headers = { authorization: `Bearer ${gateway.caller}` };
  await Promise.all(Array.from({ length: count }, () => gateway.app.inject({ method: "POST", url: "/api/v1/route", headers, payload: document })));
}

/** Reads as a stranger does: over HTTP, with nothing but the address. */
async function get(path: string, key?: string): Promise<Response> {
  return await fetch(`${address}${LOG}/${path}`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
}
async function bytesOf(path: string, key?: string): Promise<Uint8Array> {
  const response = await get(path, key);
  expect([path, response.status, response.headers.get("content-type")]).toEqual([path, 200, "application/octet-stream"]);
  return new Uint8Array(await response.arrayBuffer());
}
async function checkpoint(): Promise<Checkpoint> {
  const verifiers = (await (await get("key")).text()).trim().split("\n").map((line) => VerifierKey.parse(line));
  return openCheckpoint(await (await get("checkpoint")).text(), verifiers, "caio.local/gateway");
}

/** The leaf hashes of a log of this size, from its tiles of level 0. */
async function leavesOf(size: number): Promise<readonly Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const bytes = await bytesOf(tilePath({ level: 0, index, width }));
    for (let at = 0; at < width; at++) leaves.push(bytes.slice(at * 32, at * 32 + 32));
  }
  return leaves;
}

/** The root over leaf hashes (RFC 9162 §2.1.1), recursively. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  const left = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return nodeHash(rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)));
}

describe("the log over HTTP", () => {
  it("lets a stranger rebuild the root that the checkpoint signs, from hashes of every level", async () => {
    const { size, root } = await checkpoint();
    expect(size).toBeGreaterThan(2 * TILE_WIDTH);
    const leaves = await leavesOf(size);
    expect(rootOf(leaves)).toEqual(root);
    // A level above holds the roots of full tiles.
    const above = await bytesOf(tilePath({ level: 1, index: 0, width: 2 }));
    for (const at of [0, 1]) expect(above.slice(at * 32, at * 32 + 32)).toEqual(new Uint8Array(rootOf(leaves.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH))));
  });

  it("proves to a stranger that an entry is in it, and that it only grew", async () => {
    const before = await checkpoint();
    const leaves = await leavesOf(before.size);
    const inclusion = (await (await get(`inclusion?index=300&size=${String(before.size)}`)).json()) as { proof: string[] };
    const leaf = leaves[300] ?? new Uint8Array();
    expect(verifyInclusionPath(leaf, 300, before.size, inclusion.proof.map(fromHex), before.root)).toBe(true);
    await decide(1);
    const after = await checkpoint();
    expect(after.size).toBeGreaterThan(before.size);
    const { proof } = (await (await get(`consistency?first=${String(before.size)}&second=${String(after.size)}`)).json()) as { proof: string[] };
    expect(verifyConsistencyPath(before.size, after.size, proof.map(fromHex), before.root, after.root)).toBe(true);
  });

  it("says that a full tile may be kept for ever, and a part of one not for long", async () => {
    expect((await get("tile/0/000")).headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await get("tile/0/001.p/7")).headers.get("cache-control")).toBe("public, max-age=300");
    expect((await get("checkpoint")).headers.get("cache-control")).toBe("no-cache");
  });

  it("shows entries to auditors alone, by whatever spelling", async () => {
    const issued = await fetch(`${address}/api/v1/keys`, { method: "POST", headers: { authorization: `Bearer ${gateway.admin}`, "content-type": "application/json" }, body: JSON.stringify({ subject: "auditor", tenant: "outside", permissions: ["caio.audit"] }) });
    const { key } = (await issued.json()) as { key: string };
    for (const who of [key, gateway.admin]) {
      const entries = parseEntryBundle(await bytesOf("tile/entries/000", who));
      const hashes = await bytesOf("tile/0/000");
      expect(entries.map((entry, at) => Buffer.compare(leafHash(entry), hashes.slice(at * 32, at * 32 + 32)))).toEqual(Array(TILE_WIDTH).fill(0));
    }
    expect((await get("tile/entries/000", key)).headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    for (const path of ["tile/entries/000", "tile/%65ntries/000", "tile/entries/000.p/1"]) expect([path, (await get(path)).status]).toEqual([path, 401]);
    expect((await get("tile/entries%2F000")).status).toBe(404);
    expect((await get("tile/entries/000", gateway.caller)).status).toBe(403);
    // Who audits changes nothing.
    expect((await fetch(`${address}/api/v1/keys`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(403);
  });

  it("has no other tiles than those of its size", async () => {
    for (const path of ["tile/0/999", "tile/1/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/64/000", "tile/0/0", "tile/0/x000/000", "tile/"]) expect([path, (await get(path)).status]).toEqual([path, 404]);
  });
});
