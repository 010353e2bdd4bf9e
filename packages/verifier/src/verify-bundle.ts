import { fromBase64, textOf } from "./bytes/bytes.ts";
import { publicKeyOf, webCrypto, type CryptoPort } from "./bytes/crypto-port.ts";
import { sha256Hex } from "./bytes/sha256.ts";
import { isObject, MAX_SIZE, parseJson, readJson, type Json } from "./json/json.ts";
import { checkCheckpoint, type Keys } from "./log/check-checkpoint.ts";
import { preAuthentication, signatureHolds } from "./log/checkpoint.ts";
import { checkVersions, decidingOf, decisionProblem, inclusionProblem } from "./log/logged.ts";
import { checkPlanStatement, PLAN_PREDICATE } from "./plan/verify-plan.ts";
import { digestOf } from "./report/material.ts";
import { Checks, messageOf, type Report } from "./report/report.ts";
import { envelopeShape, logShape, statementShape, type Certificate } from "./shape/certificate-shape.ts";
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

/**
 * Checks a bundle (`*.caio.json`), of a decision or of a plan: envelope, statement, certificate and log. Any input gives a report; nothing is thrown.
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
  if (isObject(value) && value["predicateType"] === PLAN_PREDICATE) {
    await checkPlanStatement(value, keys, checks);
    return;
  }
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

async function checkLog(value: Json, digest: string, certificate: Certificate | undefined, keys: Keys, checks: Checks): Promise<void> {
  const log = checks.read("log.form", logShape, value);
  if (log === undefined) return;
  const checkpoint = await checkCheckpoint(log.checkpoint, keys, checks);
  const { decision } = log.entries;
  if (decision === null) checks.add("log.decision", "the decision is not in the log");
  for (const [kind, logged] of Object.entries(log.entries)) {
    if (logged !== null) checks.run(`log.inclusion.${kind}`, () => inclusionProblem(logged, checkpoint));
  }
  if (certificate === undefined || decision === null) return;
  checks.run("log.decision", () => decisionProblem(decision.entry, digest, decidingOf(certificate)));
  checkVersions(certificate, log.entries, decision.index, checks);
  checks.finish("log");
}

