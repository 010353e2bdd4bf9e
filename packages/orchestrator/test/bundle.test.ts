import { canonicalJson, digest, fromHex, isCaioError, leafHash, sha256Hex, verifyInclusionPath, type JsonObject } from "@caio/core";
import { parsePolicySet } from "@caio/rules";
import {
  CheckpointSigner,
  entryText,
  generateSigningKey,
  InMemoryCheckpointStore,
  KeyRing,
  openCheckpoint,
  openEnvelope,
  readBundleLog,
  STATEMENT_PAYLOAD_TYPE,
  type BundleLog,
  type DecisionStatement,
} from "@caio/traceability";
import { describe, expect, test } from "vitest";

import {
  bundleCertificate,
  caioRoute,
  compareReplay,
  createBundle,
  createStatement,
  createStoredBundle,
  fromWorldFile,
  openingOf,
  parseBundle,
  PolicySnapshot,
  replay,
  toWorldFile,
  withheldPaths,
  type DecidedRequest,
  type Disclosure,
} from "../src/index.ts";
import { contract, FakeServices, house, principal, request } from "./support/house.ts";

const keys = KeyRing.of("caio.example/log", generateSigningKey());
const { key } = keys.signer;

interface Logged extends DecidedRequest {
  readonly log: BundleLog;
}

/** A decision of a real house, logged under a signed checkpoint. */
async function logged(more: Readonly<Record<string, unknown>> = {}, contracts = [contract("a"), contract("b")]): Promise<Logged> {
  const { orchestrator, traces } = await house(new FakeServices({}), contracts);
  const [base, ...named] = ["house", "a", "b"].map((id) => parsePolicySet(`caio_policy: 1\nid: ${id}\n`));
  if (base !== undefined) orchestrator.usePolicies(new PolicySnapshot(2, base, Object.fromEntries(named.map((policy) => [policy.id, policy]))));
  await orchestrator.decide(request(), principal);
  const decided = await orchestrator.decide(request(more), principal);
  const signer = await CheckpointSigner.open({ log: traces, keys, store: new InMemoryCheckpointStore(), intervalMs: 0 });
  const { note } = await signer.sign(0);
  const { size } = openCheckpoint(note, keys.verifiers);
  const decisionIndex = (await traces.trace(decided.decision.decisionId))?.logIndex ?? -1;
  const log = await readBundleLog(traces, { decisionIndex, inputs: decided.decision.certificate.inputs, checkpoint: { note, size } });
  return { ...decided, log };
}

const personal = { intent: { text: "SECRET-INTENT" }, data: { payload: "SECRET-PAYLOAD" }, name: "secret-name", context: [{ role: "user", text: "SECRET-CONTEXT" }] };

function opened(text: string): DecisionStatement {
  return JSON.parse(Buffer.from(openEnvelope(parseBundle(text), STATEMENT_PAYLOAD_TYPE, [key.publicKey])).toString()) as DecisionStatement;
}

describe("a bundle", () => {
  test("is canonical, signed, and the same for the same parts and key", async () => {
    const parts = await logged();
    const text = createBundle(parts, key);
    expect(text).toBe(canonicalJson(JSON.parse(text) as JsonObject));
    expect(createBundle(parts, key)).toBe(text);
    const statement = opened(text);
    expect(canonicalJson(statement)).toBe(canonicalJson(createStatement(parts)));
    expect(statement.subject).toEqual([{ name: parts.decision.decisionId, digest: { sha256: digest(statement.predicate.certificate) } }]);
    expect(statement.predicate.timeCreated).toBe("2025-11-24T16:00:00.000Z");
    expect(bundleCertificate(parseBundle(text))).toEqual(statement.predicate.certificate);
  });

  test("holds what the certificate commits to: contracts, encodings, policies, opened paths", async () => {
    const parts = await logged();
    const { contracts, encodings, policies, disclosed, certificate } = opened(createBundle(parts, key)).predicate;
    const view = parts.inputs.registry.view;
    expect(contracts.map((wire) => digest(wire))).toEqual(view.services.map(({ contractDigest }) => contractDigest));
    expect(encodings.map(({ encoderId, ints }) => digest(["caio-enc-v1", encoderId, ints]))).toEqual(view.services.map(({ encodingDigest }) => encodingDigest));
    expect(policies.map((wire) => digest(wire))).toEqual([certificate.inputs.policy.base]);
    for (const [path, { salt, value }] of Object.entries(disclosed)) {
      expect([path, sha256Hex(Uint8Array.of(4), fromHex(salt), canonicalJson(value))]).toEqual([path, certificate.request.paths[path]]);
    }
    const committed = Object.keys(certificate.request.paths).filter((path) => certificate.request.paths[path] !== null);
    expect(Object.keys(disclosed).sort()).toEqual(committed.filter((path) => !(withheldPaths as readonly string[]).includes(path)).sort());
  });

  test("proves its entries under its checkpoint", async () => {
    const { checkpoint, entries } = opened(createBundle(await logged(), key)).predicate.log;
    const { size, root } = openCheckpoint(checkpoint, keys.verifiers);
    expect(Object.values(entries)).not.toContain(null);
    for (const each of Object.values(entries)) {
      if (each === null) continue;
      expect(verifyInclusionPath(leafHash(entryText(each.entry)), each.index, size, each.proof.map(fromHex), root)).toBe(true);
    }
  });

  test("withholds the personal unless asked for, and whatever it is asked to", async () => {
    const parts = await logged(personal);
    const shown = (disclose?: Disclosure): string => JSON.stringify(opened(createBundle({ ...parts, ...(disclose === undefined ? {} : { disclose }) }, key)));
    expect(shown()).not.toMatch(/SECRET|secret-name|alice/);
    expect(shown()).not.toContain(parts.request.decisionKey);
    expect(shown({ more: ["data.payload", "context"] })).toMatch(/SECRET-PAYLOAD.*/);
    expect(shown({ more: ["data.payload"], withhold: ["data.payload"] })).not.toContain("SECRET");
    const less = opened(createBundle({ ...parts, disclose: { withhold: ["principal.trust"] } }, key)).predicate;
    expect(less.disclosed["principal.trust"]).toBeUndefined();
    expect(less.certificate).toEqual(opened(createBundle(parts, key)).predicate.certificate);
    expect(() => shown({ more: ["principal.token"] })).toThrow(/principal.token/);
  });

  test("is made again from a world file, with less disclosed", async () => {
    const parts = await logged(personal);
    const text = toWorldFile(parts.request, parts.inputs);
    const again = { ...fromWorldFile(text), decision: replay(text), log: parts.log };
    expect(createBundle(again, key)).toBe(createBundle(parts, key));
    const less = opened(createBundle({ ...again, disclose: { withhold: ["principal.permissions"] } }, key));
    expect(Object.keys(less.predicate.disclosed)).not.toContain("principal.permissions");
  });

  test("is made again from what was kept, byte for byte; and proves the rest where that was erased", async () => {
    const parts = await logged({ ...personal, policies: ["b", "a"] }, [contract("a"), contract("b")]);
    const { base, named } = parts.inputs.policy.snapshot;
    const { certificate } = parts.decision;
    const opening = openingOf(parts.request);
    expect(opening.disclosed).toBe(canonicalJson(JSON.parse(opening.disclosed) as JsonObject));
    expect(opening.disclosed).not.toMatch(/SECRET|secret-name|alice/);
    const kept = JSON.parse(canonicalJson(certificate)) as typeof certificate;
    const stored = { certificate: kept, view: parts.inputs.registry.view, base, named, opening, log: parts.log };
    expect(createStoredBundle(stored, key)).toBe(createBundle(parts, key));
    const erased = opened(createStoredBundle({ ...stored, opening: undefined }, key)).predicate;
    expect([erased.disclosed, erased.policies.length, canonicalJson(erased.certificate)]).toEqual([{}, 1, canonicalJson(certificate)]);
    const other = await logged({ action: { kind: "write" } }, [contract("a")]);
    const wrong = [
      { ...stored, opening: openingOf(other.request) },
      { ...stored, opening: { ...opening, disclosed: opening.disclosed.replace('"acme"', '"acne"') } },
      { ...stored, view: other.inputs.registry.view },
      { ...stored, base: { ...base, id: "else" } },
      { ...stored, named: {} },
      { ...stored, log: other.log },
    ];
    for (const each of wrong) expect(() => createStoredBundle(each, key)).toThrow(expect.objectContaining({ code: "IntegrityViolation" }) as Error);
  });

  test("is not made from parts of different decisions", async () => {
    const [one, other] = [await logged(), await logged({ action: { kind: "write" } }, [contract("a")])];
    const mixed = [
      { ...one, request: other.request },
      { ...one, request: { ...one.request, decisionKey: sha256Hex("other") } },
      { ...one, inputs: other.inputs },
      { ...one, inputs: { ...one.inputs, history: { ...one.inputs.history, snapshot: one.inputs.history.snapshot.next({ version: 9, leaves: [{ service: "a", model: null, health: "healthy" as const, promises: [], outcomes: 1, violations: 0 }] }) } } },
      { ...one, decision: other.decision },
      { ...one, log: other.log },
      { ...one, log: { ...one.log, entries: { ...one.log.entries, registry: null } } },
      { ...one, log: { ...one.log, entries: { ...one.log.entries, policy: one.log.entries.history } } },
    ];
    for (const parts of mixed) expect(() => createBundle(parts, key)).toThrow(/Parts of a bundle/);
  });

  test("holds no fraction: it is refused with its place", async () => {
    const parts = await logged({ data: { payload: { a: [1, 0.5] } } });
    expect(() => createBundle({ ...parts, disclose: { more: ["data.payload"] } }, key)).toThrow(/data.payload\/value\/a\/1/);
    expect(createBundle(parts, key)).toBeTruthy();
  });

  test("that is none is refused", () => {
    for (const text of ["", "[]", "{}", '{"payloadType":"a","payload":"b","signatures":[1]}']) expect(() => parseBundle(text)).toThrow(/Bundle/);
    const envelope = (payload: string, payloadType: string = STATEMENT_PAYLOAD_TYPE) => ({ payloadType, payload: Buffer.from(payload).toString("base64"), signatures: [] });
    for (const payload of ["{}", "[]", "{", '{"predicate":{},"predicate":{"certificate":{}}}', '{ "predicate":{"certificate":{}}}']) {
      expect(() => bundleCertificate(envelope(payload))).toThrow(/Bundle/);
    }
    expect(() => bundleCertificate(envelope("{}", "text/plain"))).toThrow(/another type/);
  });
});

describe("a replay", () => {
  test("of a world file gives the same bytes", async () => {
    const parts = await logged(personal);
    const text = toWorldFile(parts.request, parts.inputs);
    const again = replay(text);
    expect(canonicalJson(again.certificate)).toBe(canonicalJson(parts.decision.certificate));
    expect(compareReplay(parts.decision.certificate, again)).toEqual({ kind: "identical" });
    expect(compareReplay(parseBundle(createBundle(parts, key)), again)).toEqual({ kind: "identical" });
    const world = fromWorldFile(text);
    expect(toWorldFile(world.request, world.inputs)).toBe(text);
  });

  test("has what learning sees of a request in its world file and nowhere else", async () => {
    const parts = await logged();
    const features = Array.from({ length: 4 }, () => -500_000);
    const featured = { ...parts.request, fields: { ...parts.request.fields, features } };
    const text = toWorldFile(featured, parts.inputs);
    const world = fromWorldFile(text);
    expect(world.request.fields.features).toEqual(features);
    expect(toWorldFile(world.request, world.inputs)).toBe(text);
    expect(canonicalJson(replay(text).certificate)).toBe(canonicalJson(parts.decision.certificate));
    expect(openingOf(featured)).toEqual(openingOf(parts.request));
    const file = JSON.parse(text) as { request: { fields: object } };
    for (const bad of [[], [1], [0.5], [-500_000, -500_000, -500_000], ["1000000"], [null], 7, Array.from({ length: 1025 }, () => 0), [2_000_000], [1e300]]) {
      const changed = JSON.stringify({ ...file, request: { ...file.request, fields: { ...file.request.fields, features: bad } } });
      expect(caught(() => fromWorldFile(changed)), changed.slice(-80)).toMatchObject({ code: "InvalidRequest" });
      if (Array.isArray(bad)) expect(caught(() => caioRoute({ ...featured, fields: { ...featured.fields, features: bad as number[] } }, parts.inputs))).toMatchObject({ code: "InvalidField" });
    }
    expect(fromWorldFile(text.replace(canonicalJson(features), canonicalJson(Array.from({ length: 1024 }, () => 0)))).request.fields.features).toHaveLength(1024);
  });

  test("has what a fitted model expects in its world file, and makes the same decision from it", async () => {
    const parts = await logged();
    const pairs = parts.inputs.registry.view.services.slice(0, 2).map(({ contract }) => ({ service: contract.serviceId, model: null, micros: -250_000 }));
    const expecting = { ...parts.request, fields: { ...parts.request.fields, expected: { model: "ab".repeat(32), pairs } } };
    const text = toWorldFile(expecting, parts.inputs);
    const world = fromWorldFile(text);
    expect(world.request.fields.expected).toEqual(expecting.fields.expected);
    expect(toWorldFile(world.request, world.inputs)).toBe(text);
    expect(canonicalJson(replay(text).certificate)).toBe(canonicalJson(caioRoute(expecting, parts.inputs).certificate));
    expect(openingOf(expecting)).toEqual(openingOf(parts.request));
    const file = JSON.parse(text) as { request: { fields: object } };
    const [first] = pairs;
    for (const bad of [{}, { model: "x", pairs: [] }, { model: "ab".repeat(32), pairs: [first, first] }, { model: "ab".repeat(32), pairs: [{ ...first, micros: 1_000_001 }] }, { model: "ab".repeat(32), pairs: [{ ...first, micros: 0.5 }] }]) {
      const changed = canonicalJson({ ...file, request: { ...file.request, fields: { ...file.request.fields, expected: bad } } });
      expect(caught(() => fromWorldFile(changed)), changed.slice(-120)).toMatchObject({ code: "InvalidRequest" });
    }
  });

  test("names the first difference, and tells another version apart", async () => {
    const { decision, request: stamped, inputs } = await logged();
    const { certificate } = decision;
    const later = replay(toWorldFile({ ...stamped, now: stamped.now + 1 }, inputs));
    expect(compareReplay(certificate, later)).toEqual({ kind: "different", path: "/now", made: stamped.now, replayed: stamped.now + 1 });
    const changed = { ...certificate, verdicts: certificate.verdicts.slice(1) };
    expect(compareReplay(changed, decision)).toMatchObject({ kind: "different", path: expect.stringMatching(/^\/verdicts\/0\//) as string });
    const renamed = { ...certificate, request: { ...certificate.request, paths: { ...certificate.request.paths, "a/b~": null } } };
    expect(compareReplay(renamed, decision)).toEqual({ kind: "different", path: "/request/paths/a~1b~0", made: null, replayed: undefined });
    expect(compareReplay({ ...changed, decisionVersion: "caio-route/2" }, decision)).toEqual({ kind: "other_version", made: "caio-route/2", replayed: "caio-route/1" });
  });

  test("takes no file that was changed in its form", async () => {
    const parts = await logged();
    const text = toWorldFile(parts.request, parts.inputs);
    const file = JSON.parse(text) as Record<string, Record<string, unknown>>;
    const bad = [
      "",
      "{",
      "[]",
      JSON.stringify(file, null, 1),
      text.replace("{", '{"caio_world":1,'),
      canonicalJson({ ...file, caio_world: 2 }),
      canonicalJson({ ...file, more: 1 }),
      canonicalJson({ ...file, request: { ...file["request"], more: 1 } }),
      canonicalJson({ ...file, registry: { ...file["registry"], epoch: -1 } }),
      canonicalJson({ ...file, registry: { ...file["registry"], services: [{}] } }),
      canonicalJson({ ...file, registry: { ...file["registry"], services: 1 } }),
      canonicalJson({ ...file, policy: { ...file["policy"], named: { a: {} } } }),
      canonicalJson({ ...file, history: { ...file["history"], leaves: [1] } }),
      canonicalJson({ ...file, history: { ...file["history"], log_index: "0" } }),
    ];
    for (const each of bad) expect(isCaioError(caught(() => fromWorldFile(each)))).toBe(true);
    expect(fromWorldFile(`${text}\n`).request).toEqual(parts.request);
  });

  test("takes no service that its tenant does not see", async () => {
    const parts = await logged({}, [contract("a"), contract("mine", { access: { public: true, tenants: ["acme"] } })]);
    const text = toWorldFile(parts.request, parts.inputs);
    expect(fromWorldFile(text).inputs.registry.view.root).toBe(parts.inputs.registry.view.root);
    expect(() => fromWorldFile(text.replaceAll('"tenants":["acme"]', '"tenants":["other"]'))).toThrow(/services/);
  });
});

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
