import { fromBase64, textOf, utf8 } from "./bytes/bytes.ts";
import { publicKeyOf, webCrypto, type CryptoPort } from "./bytes/crypto-port.ts";
import { sha256Hex } from "./bytes/sha256.ts";
import { canonical, isObject, MAX_SIZE, parseJson, readJson, same, type Json } from "./json/json.ts";
import { preAuthentication, signatureHolds, verifyCheckpointBy, type Checkpoint } from "./log/checkpoint.ts";
import { verifyCosignature, type WitnessReading } from "./log/cosignature.ts";
import { leafHash, proofHashes, verifyInclusion } from "./log/merkle.ts";
import { digestOf } from "./report/material.ts";
import { Checks, messageOf, type Report } from "./report/report.ts";
import { envelopeShape, logShape, statementShape, type Certificate, type LogPart } from "./shape/certificate-shape.ts";
import { checkCertificate } from "./verify-certificate.ts";

export interface VerifyOptions {
  /** The operator's Ed25519 key; forms: `publicKeyOf`. Several, where several instances sign: each may have signed the bundle, and its checkpoint. */
  readonly publicKey: string | Uint8Array | readonly (string | Uint8Array)[];
  readonly crypto?: CryptoPort;
  /**
   * Keys of witnesses (`name+key id+base64(0x04 ‖ key)`) who may have cosigned the checkpoint: each is one more check. One whose word is
   * not there leaves its check withheld; one whose word does not hold makes the bundle invalid.
   */
  readonly witnesses?: readonly string[];
}

/** By which keys the signatures of a bundle are checked. */
interface Keys {
  readonly publicKeys: readonly (string | Uint8Array)[];
  readonly port: CryptoPort;
  readonly witnesses: readonly string[];
}

/**
 * Checks a bundle (`*.caio.json`): envelope, statement, certificate and log. Any input gives a report; nothing is thrown.
 *
 * @example
 * ```ts
 * import { verifyBundle } from "@caio/verifier";
 *
 * const report = await verifyBundle("{}", { publicKey: "00".repeat(32) });
 * report.valid; // false
 * ```
 */
export async function verifyBundle(bundle: string | Uint8Array, { publicKey, crypto: port = webCrypto, witnesses = [] }: VerifyOptions): Promise<Report> {
  const checks = new Checks();
  try {
    await checkBundle(bundle, { publicKeys: typeof publicKey === "string" || publicKey instanceof Uint8Array ? [publicKey] : publicKey, port, witnesses }, checks);
  } catch (error) {
    checks.add("bundle.readable", messageOf(error));
  }
  return checks.report("envelope", "decision", "log");
}

async function checkBundle(bundle: string | Uint8Array, keys: Keys, checks: Checks): Promise<void> {
  const { publicKeys, port } = keys;
  if (bundle.length > MAX_SIZE) throw new RangeError(`the bundle is longer than ${String(MAX_SIZE)} bytes`);
  const trusted = publicKeys.map((key) => publicKeyOf(key)).filter((key) => key !== undefined);
  checks.add("key.form", trusted.length === 0 || trusted.length < publicKeys.length ? "the public key is no Ed25519 key" : undefined);
  const envelope = checks.read("envelope.form", envelopeShape, parseJson(typeof bundle === "string" ? bundle : textOf(bundle)));
  const payload = envelope === undefined ? undefined : fromBase64(envelope.payload);
  checks.add("envelope.payload", payload === undefined ? "the payload is no base64" : undefined);
  const [signed] = envelope?.signatures ?? [];
  if (envelope === undefined || payload === undefined || signed === undefined) return;
  const key = trusted.find((each) => signed.keyid === sha256Hex(each)) ?? trusted[0];
  if (key !== undefined) {
    checks.add("envelope.key", signed.keyid === sha256Hex(key) ? undefined : "the bundle is signed with another key");
  }
  const signature = fromBase64(signed.sig);
  /** Under way while the statement is checked. */
  const holds = key !== undefined && signature?.length === 64 && signatureHolds(port, key, preAuthentication(envelope.payloadType, payload), signature);
  const inner = new Checks();
  await checkStatement(payload, keys, inner).catch((error: unknown) => { inner.add("bundle.readable", messageOf(error)); });
  if (key !== undefined) {
    checks.add("envelope.signature", (await holds) ? undefined : "the signature does not hold");
    checks.finish("envelope");
  }
  checks.append(inner);
}

async function checkStatement(payload: Uint8Array, keys: Keys, checks: Checks): Promise<void> {
  const { value, canonical: isCanonical } = readJson(textOf(payload));
  checks.add("statement.canonical", isCanonical ? undefined : "the payload is not canonical JSON");
  const statement = checks.read("statement.form", statementShape, value);
  if (statement === undefined) return;
  const { predicate, subject } = statement;
  const digest = digestOf(predicate.certificate);
  checks.equal("statement.subject", subject[0]?.digest.sha256, () => digest);
  const certificate = checkCertificate(predicate, checks)?.certificate;
  if (certificate !== undefined) {
    checks.equal("statement.name", subject[0]?.name, () => certificate.decisionId);
    checks.equal("statement.time", predicate.timeCreated, () => new Date(certificate.now).toISOString());
  }
  await checkLog(predicate.log, digest, certificate, keys, checks);
}

async function checkLog(value: Json, digest: string, certificate: Certificate | undefined, { publicKeys, port, witnesses }: Keys, checks: Checks): Promise<void> {
  const log = checks.read("log.form", logShape, value);
  if (log === undefined) return;
  const { checkpoint, problem } = await verifyCheckpointBy(log.checkpoint, publicKeys, port);
  checks.add("log.checkpoint", problem);
  // Who is given the keys of all instances has that of the log's own, too, which is no witness of itself.
  const others = witnesses.filter((key) => !key.trim().startsWith(`${checkpoint?.origin ?? ""}+`));
  for (const key of checkpoint === undefined ? [] : others) addWitness(await verifyCosignature(log.checkpoint, key, port), checks);
  const { decision, registry, policy, history } = log.entries;
  if (decision === null) checks.add("log.decision", "the decision is not in the log");
  for (const [kind, logged] of Object.entries(log.entries)) {
    if (logged !== null) checks.run(`log.inclusion.${kind}`, () => inclusionProblem(logged, checkpoint));
  }
  if (certificate === undefined || decision === null) return;
  const { inputs } = certificate;
  checks.run("log.decision", () => decisionProblem(decision.entry, digest, certificate));
  const versions = [
    ["registry", registry, inputs.registry.logIndex, certificate.tenant, inputs.registry.epoch, inputs.registry.root],
    ["policy", policy, inputs.policy.logIndex, null, inputs.policy.version, inputs.policy.digest],
    ["history", history, inputs.history.logIndex, null, inputs.history.version, inputs.history.root],
  ] as const;
  for (const [kind, logged, index, tenant, version, committed] of versions) {
    if (logged === null && index === null) checks.withhold(`log.${kind}`, "not logged");
    else checks.run(`log.${kind}`, () => {
      if (logged?.index !== index) return "the entry is not at the index that the certificate names";
      if (index >= decision.index) return "the version was logged after the decision";
      return versionProblem(logged.entry, { kind, tenant, version, digest: committed });
    });
  }
  checks.finish("log");
}

type Part = NonNullable<LogPart["entries"]["decision"]>;

function inclusionProblem({ index, entry, proof }: Part, checkpoint: Checkpoint | undefined): string | undefined {
  const hashes = proofHashes(proof);
  if (checkpoint === undefined || hashes === undefined) return "there is no checkpoint, or the proof is no list of hashes";
  const { size, root } = checkpoint;
  const holds = verifyInclusion({ index, size, leafHash: leafHash(utf8(canonical(entry))), proof: hashes, root });
  return holds ? undefined : `entry ${String(index)} is not in the log`;
}

function addWitness({ witness, time, problem, absent }: WitnessReading, checks: Checks): void {
  const name = `log.witness.${witness}`;
  if (absent === true) checks.withhold(name, `not witnessed by ${witness}: the checkpoint has no line of this key`);
  else if (time === undefined) checks.add(name, problem);
  else checks.note(name, `witnessed by ${witness} at ${momentOf(time)}, as the largest consistent head that it had seen of this log`, "proved");
}

/** RFC 3339 where a calendar has the time. */
function momentOf(seconds: number): string {
  return seconds <= 253_402_300_799 ? new Date(seconds * 1000).toISOString() : `${String(seconds)} s`;
}

function decisionProblem({ kind, tenant, body }: Part["entry"], digest: string, certificate: Certificate): string | undefined {
  const { decisionId, now, inputs, request, outcome, lineage } = certificate;
  const { registry, policy, history } = inputs;
  const expected = {
    decisionId, now, certificate: digest, requestDigest: request.digest, parent: lineage?.parent ?? null,
    inputs: {
      registry: { version: registry.epoch, digest: registry.root, ...(registry.stale && { stale: registry.stale }) },
      policy: { version: policy.version, digest: policy.digest, ...(policy.stale && { stale: policy.stale }) },
      history: { version: history.version, digest: history.root },
    },
    outcome: outcome.kind === "chosen" ? "chosen" : outcome.code,
    selected: outcome.kind === "chosen" ? { service: outcome.selected.service, model: outcome.selected.model } : null,
  };
  if (kind !== "decision" || tenant !== certificate.tenant) return "the entry is no decision of this tenant";
  return same(body, expected) ? undefined : "the entry does not say what the certificate says";
}

function versionProblem({ kind, tenant, body }: Part["entry"], expected: { kind: string; tenant: string | null; version: number; digest: string }): string | undefined {
  if (kind !== expected.kind || tenant !== expected.tenant) return `the entry is no version of the ${expected.kind}`;
  const parent = isObject(body) ? (body["parent"] ?? null) : null;
  if (parent !== null && !(typeof parent === "string" && /^[0-9a-f]{64}$/.test(parent))) return "the parent is no digest";
  return same(body, { version: expected.version, digest: expected.digest, parent }) ? undefined : "the entry is of another version";
}
