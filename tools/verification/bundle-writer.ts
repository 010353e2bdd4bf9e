import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";

import { canonical, isObject, type CertificateMaterial, type Json, type JsonObject } from "@caio/verifier";

/** An operator's key, with the public half as 32 bytes. */
export interface OperatorKey {
  readonly secret: KeyObject;
  readonly publicKey: Uint8Array;
}

export function operatorKey(): OperatorKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { secret: privateKey, publicKey: publicKey.export({ type: "spki", format: "der" }).subarray(12) };
}

/** An entry of a log as §7 of docs/certificate.md writes it. */
export interface Entry {
  readonly kind: string;
  readonly tenant: string | null;
  readonly body: Json;
  readonly prev: string | null;
}

/** What stands in a bundle: all of it can be changed before it is signed. */
export interface Statement {
  material: CertificateMaterial;
  /** Entries of the log by index; those of `at` go into the bundle. */
  entries: readonly Entry[];
  at: { readonly decision: number; readonly registry: number | null; readonly policy: number | null; readonly history: number | null };
}

const ORIGIN = "caio.example/log";
const HASH = "ab".repeat(32);

/** The log of a decision: the versions that it names, others between them, then the decision. */
export function statementOf(material: CertificateMaterial): Statement {
  const certificate = objectOf(material.certificate);
  const inputs = objectOf(certificate["inputs"]);
  const [registry, policy, history] = ["registry", "policy", "history"].map((name) => objectOf(inputs[name]));
  const tenant = textOf(certificate["tenant"]);
  const version = (kind: string, of: Json | undefined, digest: Json | undefined, owner: string | null): Entry => ({
    kind, tenant: owner, prev: null, body: { version: of ?? null, digest: digest ?? null, parent: kind === "history" ? HASH : null },
  });
  const filler = (body: string): Entry => ({ kind: "outcome", tenant, prev: HASH, body: { note: body } });
  return {
    material,
    entries: [
      filler("first"),
      version("registry", registry?.["epoch"], registry?.["root"], tenant),
      version("policy", policy?.["version"], policy?.["digest"], null),
      filler("between"),
      version("history", history?.["version"], history?.["root"], null),
      { kind: "decision", tenant, prev: HASH, body: decisionBody(certificate) },
      filler("after"),
    ],
    at: { decision: 5, registry: 1, policy: 2, history: 4 },
  };
}

/** The body of the entry of a decision. */
export function decisionBody(certificate: JsonObject): Json {
  const inputs = objectOf(certificate["inputs"]);
  const [registry, policy, history] = ["registry", "policy", "history"].map((name) => objectOf(inputs[name]));
  const outcome = objectOf(certificate["outcome"]);
  const selected = isObject(outcome["selected"]) ? outcome["selected"] : undefined;
  const lineage = isObject(certificate["lineage"]) ? certificate["lineage"] : undefined;
  return {
    decisionId: certificate["decisionId"] ?? null,
    now: certificate["now"] ?? null,
    certificate: digest(certificate),
    inputs: {
      registry: { version: registry?.["epoch"] ?? null, digest: registry?.["root"] ?? null, ...staleOf(registry) },
      policy: { version: policy?.["version"] ?? null, digest: policy?.["digest"] ?? null, ...staleOf(policy) },
      history: { version: history?.["version"] ?? null, digest: history?.["root"] ?? null },
    },
    requestDigest: objectOf(certificate["request"])["digest"] ?? null,
    outcome: outcome["kind"] === "refused" ? (outcome["code"] ?? null) : (outcome["kind"] ?? null),
    selected: selected === undefined ? null : { service: selected["service"] ?? null, model: selected["model"] ?? null },
    parent: lineage?.["parent"] ?? null,
  };
}

function staleOf(input: JsonObject | undefined): JsonObject {
  const stale = input?.["stale"];
  return stale === undefined ? {} : { stale };
}

/** The predicate of a statement, its log signed. */
export function predicateOf({ material, entries, at }: Statement, key: OperatorKey): JsonObject {
  const leaves = entries.map((entry) => hash(Buffer.concat([Buffer.of(0), Buffer.from(canonical({ ...entry }))])));
  const proven = (index: number | null): Json =>
    index === null ? null : { index, entry: { ...entries[index] } as JsonObject, proof: inclusion(index, leaves).map((node) => node.toString("hex")) };
  const now = Number(objectOf(material.certificate)["now"]);
  return {
    verifier: { id: "urn:caio:router" },
    timeCreated: Number.isInteger(now) && Math.abs(now) < 8e15 ? new Date(now).toISOString() : "",
    ...material,
    log: {
      checkpoint: checkpoint(leaves.length, treeRoot(leaves), key),
      entries: { decision: proven(at.decision), registry: proven(at.registry), policy: proven(at.policy), history: proven(at.history) },
    },
  };
}

/** A bundle of a predicate, signed. */
export function bundleOf(predicate: JsonObject, key: OperatorKey): string {
  const certificate = predicate["certificate"] ?? null;
  return sealed(
    {
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: objectOf(certificate)["decisionId"] ?? null, digest: { sha256: digest(certificate) } }],
      predicateType: "urn:caio:decision:v1",
      predicate,
    },
    key,
  );
}

/** A DSSE envelope around any statement. */
export function sealed(statement: Json, key: OperatorKey): string {
  const payload = Buffer.from(canonical(statement));
  const type = "application/vnd.in-toto+json";
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${String(type.length)} ${type} ${String(payload.length)} `), payload]);
  return JSON.stringify({
    payloadType: type,
    payload: payload.toString("base64"),
    signatures: [{ keyid: hash(key.publicKey).toString("hex"), sig: sign(null, signed, key.secret).toString("base64") }],
  });
}

export function checkpoint(size: number, root: Buffer, key: OperatorKey): string {
  const text = `${ORIGIN}\n${String(size)}\n${root.toString("base64")}\n`;
  const id = hash(Buffer.concat([Buffer.from(`${ORIGIN}\n`), Buffer.of(1), key.publicKey])).subarray(0, 4);
  return `${text}\n— ${ORIGIN} ${Buffer.concat([id, sign(null, Buffer.from(text), key.secret)]).toString("base64")}\n`;
}

/** RFC 9162 §2.1.1 */
export function treeRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length <= 1) return only ?? hash(Buffer.of());
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return hash(Buffer.concat([Buffer.of(1), treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split))]));
}

/** RFC 9162 §2.1.3.1 */
export function inclusion(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return index < split
    ? [...inclusion(index, leaves.slice(0, split)), treeRoot(leaves.slice(split))]
    : [...inclusion(index - split, leaves.slice(split)), treeRoot(leaves.slice(0, split))];
}

export function digest(value: Json): string {
  return hash(Buffer.from(canonical(value))).toString("hex");
}

export function hash(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** A member that is a text; anything else as canonical JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : canonical(value ?? null);
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
