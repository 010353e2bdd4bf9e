import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";

import { canonical, isObject, verifyCertificate, type CertificateMaterial, type Json, type JsonObject } from "@caio/verifier";

import { applied, mutationsAt, patternOf, placesOf } from "../verification/mutate.ts";
import { Dice } from "../worlds/random/dice.ts";
import { certificateMaterial } from "./export.ts";

/** Where a mutant is made, and what is then written anew so that no digest gives it away. */
const LAYERS = ["certificate", "certificate", "certificate", "disclosed", "disclosed", "policies", "history", "kept"] as const;

function digestOf(value: Json): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The commitments of what is disclosed, and the digest of the request. */
function recommitted(material: JsonObject): JsonObject {
  const certificate = objectOf(material["certificate"]);
  const request = objectOf(certificate["request"]);
  const paths: Record<string, Json> = { ...objectOf(request["paths"]) };
  for (const [path, opened] of Object.entries(objectOf(material["disclosed"]))) {
    const { salt, value } = objectOf(opened);
    const bytes = Buffer.from(canonical(value ?? null));
    if (path in paths) {
      paths[path] = createHash("sha256").update(Buffer.of(4)).update(Buffer.from(textOf(salt), "hex")).update(bytes).digest("hex");
    }
  }
  return { ...material, certificate: { ...certificate, request: { digest: digestOf(paths), paths } } };
}

/** The digests of the policies that come with the certificate. */
function repoliced(material: JsonObject): JsonObject {
  const certificate = objectOf(material["certificate"]);
  const inputs = objectOf(certificate["inputs"]);
  const policy = objectOf(inputs["policy"]);
  const [first, ...others] = Array.isArray(material["policies"]) ? (material["policies"] as readonly Json[]) : [];
  const named = { ...objectOf(policy["named"]), ...Object.fromEntries(others.map((set) => [textOf(objectOf(set)["id"]), digestOf(set)])) };
  const base = digestOf(first ?? null);
  const changed = { ...policy, base, named, digest: digestOf({ base, named }) };
  return { ...material, certificate: { ...certificate, inputs: { ...inputs, policy: changed } } };
}

/** One field shut. */
function kept(material: JsonObject, dice: Dice): JsonObject {
  const disclosed = objectOf(material["disclosed"]);
  const path = dice.pick(Object.keys(disclosed));
  return { ...material, disclosed: Object.fromEntries(Object.entries(disclosed).filter(([name]) => name !== path)) };
}

function mutant(material: JsonObject, dice: Dice): { readonly change: string; readonly material: JsonObject } | undefined {
  const layer = dice.pick([...LAYERS]);
  if (layer === "kept") return { change: "kept", material: kept(material, dice) };
  const under = layer === "history" ? objectOf(material["certificate"])["history"] : material[layer];
  const places = placesOf(under ?? null);
  const path = dice.pick(places.get(dice.pick([...places.keys()])) ?? [[]]);
  const mutations = mutationsAt(under ?? null, path);
  if (mutations.length === 0) return undefined;
  const mutation = dice.pick(mutations);
  const changed = applied(under ?? null, mutation);
  const change = `${layer}${patternOf(mutation.path)} ${mutation.name}`;
  if (layer === "history") {
    return { change, material: { ...material, certificate: { ...objectOf(material["certificate"]), history: changed } } };
  }
  const whole = { ...material, [layer]: changed };
  if (layer === "disclosed") return { change, material: recommitted(whole) };
  return { change, material: layer === "policies" ? repoliced(whole) : whole };
}

/** `mutants.ts FIRST COUNT EACH FILE`: mutants of random worlds, each with the verdict of the other verifier. */
function main([first, count, each, file]: readonly string[]): void {
  if (first === undefined || count === undefined || each === undefined || file === undefined) {
    console.error("usage: mutants.ts FIRST COUNT EACH FILE");
    process.exitCode = 2;
    return;
  }
  const out = createWriteStream(file);
  for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
    const material = JSON.parse(JSON.stringify(certificateMaterial(seed))) as JsonObject;
    const dice = new Dice(seed);
    for (let i = 0; i < Number(each); i += 1) {
      const made = mutant(material, dice);
      if (made === undefined) continue;
      const report = verifyCertificate(made.material as unknown as CertificateMaterial);
      const failed = report.checks.filter(({ verdict }) => verdict === "fail").map(({ name }) => name);
      out.write(`${JSON.stringify({ ...made.material, seed, change: made.change, other: { valid: report.valid, failed } })}\n`);
    }
  }
  out.end();
}

if (process.argv[1]?.endsWith("mutants.ts") === true) main(process.argv.slice(2));
