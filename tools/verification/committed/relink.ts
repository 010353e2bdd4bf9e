import { createHash } from "node:crypto";

import { canonical, isObject, type CertificateMaterial, type Json, type JsonObject } from "@caio/verifier";

import { digest, objectOf, textOf } from "../bundle-writer.ts";
import { certifiedLeaf } from "./certified-leaf.ts";
import { idOf, type Committed } from "./committed.ts";
import { historyTrie, listOf, pairKey, prove, registryTrie, rootOf, servicesUnder, typeBytes } from "./tries.ts";

/**
 * The certificate of a decision as an operator would write it who committed to other inputs and kept every claim: digests,
 * roots, proofs, commitments and tie digests are those of `committed`; verdicts, scores, outcome and promise are the old ones.
 *
 * @throws CaioError if no trie holds the inputs.
 */
export function relink(committed: Committed, before: Committed, material: CertificateMaterial): CertificateMaterial {
  let certificate = objectOf(material.certificate);
  if (committed.services !== before.services) certificate = withRegistry(certificate, committed);
  if (committed.base !== before.base || committed.named !== before.named) certificate = withPolicies(certificate, committed);
  if (committed.history !== before.history) certificate = withHistory(certificate, committed);
  if (committed.request !== before.request) certificate = withRequest(certificate, committed);
  const prefixes = listOf(objectOf(certificate["completeness"])["prefixes"]).map((prefix) => objectOf(prefix)["type"] ?? null);
  const shown = servicesUnder(committed, prefixes.map((type) => (type === null ? null : textOf(type))));
  const names = listOf(committed.request["policies"]);
  return {
    certificate,
    contracts: shown.map(({ contract }) => contract),
    encodings: shown.map((service) => ({ service: idOf(service), ...service.encoding })),
    policies: [committed.base, ...names.flatMap((name) => (typeof name === "string" && Object.hasOwn(committed.named, name) ? [committed.named[name] ?? null] : []))],
    disclosed: opened(committed),
  };
}

function withRegistry(certificate: JsonObject, committed: Committed): JsonObject {
  const trie = registryTrie(committed);
  const inputs = objectOf(certificate["inputs"]);
  const before = objectOf(inputs["registry"]);
  const { epoch = null, size = null } = before;
  const view = canonical({ tenant: certificate["tenant"] ?? null, epoch, size, trie: rootOf(trie) });
  const registry = { ...before, trie: rootOf(trie), root: createHash("sha256").update(Buffer.of(3)).update(view).digest("hex") };
  const { revealed = null, prefixes } = objectOf(certificate["completeness"]);
  const proved = listOf(prefixes).map((prefix) => {
    const type = objectOf(prefix)["type"] ?? null;
    return { type, proof: prove(trie, typeBytes(type === null ? null : textOf(type))) };
  });
  const outcome = objectOf(certificate["outcome"]);
  const selected = isObject(outcome["selected"]) ? outcome["selected"] : undefined;
  const chosen = committed.services.find((service) => idOf(service) === selected?.["service"]);
  return {
    ...certificate,
    inputs: { ...inputs, registry },
    completeness: { revealed, prefixes: proved },
    ...(selected !== undefined && chosen !== undefined && { outcome: { ...outcome, selected: { ...selected, contractDigest: digest(chosen.contract) } } }),
  };
}

function withPolicies(certificate: JsonObject, { base, named }: Committed): JsonObject {
  const inputs = objectOf(certificate["inputs"]);
  const digests = { base: digest(base), named: Object.fromEntries(Object.entries(named).map(([id, policy]) => [id, digest(policy)])) };
  return { ...certificate, inputs: { ...inputs, policy: { ...objectOf(inputs["policy"]), ...digests, digest: digest(digests) } } };
}

function withHistory(certificate: JsonObject, committed: Committed): JsonObject {
  const trie = historyTrie(committed);
  const inputs = objectOf(certificate["inputs"]);
  const history = listOf(certificate["history"]).map((item) => {
    const { service = null, model = null } = objectOf(item);
    const known = committed.history.find((pair) => pair.service === service && pair.model === model);
    return { service, model, leaf: certifiedLeaf(known?.leaf ?? null), proof: prove(trie, pairKey(textOf(service), model === null ? null : textOf(model))) };
  });
  return { ...certificate, history, inputs: { ...inputs, history: { ...objectOf(inputs["history"]), root: rootOf(trie) } } };
}

/** The commitments, the digest of the request, and the tie digests that are made of it. */
function withRequest(certificate: JsonObject, committed: Committed): JsonObject {
  const paths = Object.fromEntries(Object.keys(objectOf(objectOf(certificate["request"])["paths"])).map((path) => [path, commitmentOf(committed, path)]));
  const request = { digest: digest(paths), paths };
  const outcome = objectOf(certificate["outcome"]);
  const tied = (pair: Json | undefined): Json => {
    if (!isObject(pair)) return pair ?? null;
    return { ...pair, tie: digest(["caio-tie-v1", certificate["seed"] ?? null, request.digest, pair["service"] ?? null, pair["model"] ?? null]) };
  };
  if (outcome["kind"] !== "chosen") return { ...certificate, request };
  return { ...certificate, request, outcome: { ...outcome, selected: tied(outcome["selected"]), runnerUp: tied(outcome["runnerUp"]) } };
}

function commitmentOf({ request, salts }: Committed, path: string): string | null {
  const value = request[path] ?? null;
  return value === null ? null : createHash("sha256").update(Buffer.of(4)).update(Buffer.from(textOf(salts[path]), "hex")).update(canonical(value)).digest("hex");
}

function opened({ request, salts }: Committed): JsonObject {
  const said = Object.entries(request).filter(([, value]) => value !== null);
  return Object.fromEntries(said.map(([path, value]) => [path, { salt: salts[path] ?? null, value }]));
}
