import { fromHex, toHex, utf8 } from "../bytes/bytes.ts";
import { sha256, sha256Hex } from "../bytes/sha256.ts";
import { OpenedRequest, type OpenedValues } from "../calculus/scene.ts";
import { canonical, isObject, type Json } from "../json/json.ts";
import { certificateShape, disclosedShape, encodingsShape, type Certificate } from "../shape/certificate-shape.ts";
import { list, object, optional, type Shape, type Shaped } from "../shape/shape.ts";
import { contract, policy, requestPaths, type Contract, type Policy } from "../shape/wire-shapes.ts";
import type { Checks } from "./report.ts";

/** What a predicate holds of a decision; `verifyCertificate` takes it as JSON. */
export interface CertificateMaterial {
  readonly certificate: Json;
  readonly contracts: Json;
  readonly encodings: Json;
  readonly policies: Json;
  readonly disclosed: Json;
}

/** The material in its exact form. */
export interface ReadMaterial {
  readonly certificate: Certificate;
  readonly contracts: readonly Contract[];
  readonly encodings: Shaped<typeof encodingsShape>;
  readonly policies: readonly Policy[];
  readonly request: OpenedRequest;
}

/** digest(x) of certificate.md. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonical(value));
}

const VERSION = "caio-route/1";

/** Reads the certificate and what comes with it, strictly; undefined if a part has no exact form. */
export function readMaterial(material: CertificateMaterial, checks: Checks): ReadMaterial | undefined {
  const stated = isObject(material.certificate) ? material.certificate["decisionVersion"] : undefined;
  checks.decisionVersion = typeof stated === "string" ? stated : null;
  checks.knownVersion = typeof stated !== "string" || stated === VERSION;
  if (!checks.knownVersion) {
    checks.withhold("certificate.version", `decisions of version ${JSON.stringify(stated).slice(0, 80)} are unknown to this verifier, which knows ${VERSION}`);
    return undefined;
  }
  const certificate = checks.read("certificate.form", certificateShape, material.certificate);
  const contracts = checks.read("contracts.form", list(contract, 10_000), material.contracts);
  const encodings = checks.read("encodings.form", encodingsShape, material.encodings);
  const policies = checks.read("policies.form", list(policy, 1000, 1), material.policies);
  const disclosed = checks.read("disclosed.form", disclosedShape, material.disclosed);
  if (certificate === undefined || contracts === undefined || encodings === undefined || policies === undefined || disclosed === undefined) return undefined;
  const values = openPaths(certificate, disclosed, checks);
  if (values === undefined) return undefined;
  return { certificate, contracts, encodings, policies, request: new OpenedRequest(certificate.request.paths, values) };
}

const openedShape: Shape<OpenedValues> = object(Object.fromEntries(Object.entries(requestPaths).map(([path, shape]) => [path, optional(shape)])));

/** The values that open their commitments (certificate §4). */
function openPaths({ request }: Certificate, disclosed: Shaped<typeof disclosedShape>, checks: Checks): OpenedValues | undefined {
  const values: Record<string, Json> = {};
  const problems: string[] = [];
  for (const [path, { salt, value }] of Object.entries(disclosed)) {
    const commitment = (Object.hasOwn(request.paths, path) ? request.paths[path] : undefined) ?? null;
    if (commitment === null || value === null) problems.push(`${path} is not said and cannot be opened`);
    else if (toHex(sha256(Uint8Array.of(4), fromHex(salt) ?? Uint8Array.of(), utf8(canonical(value)))) !== commitment) problems.push(`${path} does not open its commitment`);
    else values[path] = value;
  }
  const form = openedShape(values);
  checks.add("disclosed.commitments", problems.length === 0 ? form : problems.join("; ").slice(0, 2000));
  checks.equal("request.digest", request.digest, () => digestOf(request.paths));
  return form === undefined ? values : undefined;
}
