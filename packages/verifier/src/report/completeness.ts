import { toHex, utf8 } from "../bytes/bytes.ts";
import { sha256 } from "../bytes/sha256.ts";
import { refinesType } from "../calculus/matching.ts";
import { pairsOf, type Pair } from "../calculus/scene.ts";
import { canonical } from "../json/json.ts";
import { pairKey, readServiceKey, typeBytes } from "../trie/trie-key.ts";
import { beginsWith, readTrieProof } from "../trie/trie-proof.ts";
import { digestOf, type ReadMaterial } from "./material.ts";
import { differ, type Checks } from "./report.ts";

/** What the opened leaves show: per service the value of its leaves and the types under the queries. */
type Domain = Map<string, { readonly value: string; readonly types: Set<string> }>;

/** certificate §5 and §6: the pairs that had to be judged, with their leaves; undefined if the trie does not hold. */
export function checkCompleteness(material: ReadMaterial, checks: Checks): Pair[] | undefined {
  const { certificate } = material;
  const { registry } = certificate.inputs;
  const { tenant } = certificate;
  checks.run("completeness.root", () => {
    const { epoch, size, trie } = registry;
    return differ(registry.root, toHex(sha256(Uint8Array.of(3), utf8(canonical({ tenant, epoch, size, trie })))), "the root of the view");
  });
  const domain: Domain = new Map();
  const sound = checks.run("completeness.trie", () => readDomain(material, domain));
  checks.run("completeness.query", () => queryProblem(material));
  checks.run("completeness.group", () => groupProblem(material, domain), comparable(material) ? "proved" : "attested");
  const held = checks.run("completeness.contracts", () => contractsProblem(material, domain));
  if (!sound || !held) return undefined;
  checks.run("completeness.size", () => {
    const complete = certificate.completeness.revealed === null ? domain.size === registry.size : domain.size <= registry.size;
    return complete ? undefined : `the view holds ${String(registry.size)} services, ${String(domain.size)} are revealed`;
  });
  return checkPairs(material, domain, checks);
}

function readDomain({ certificate: { completeness, inputs } }: ReadMaterial, domain: Domain): string | undefined {
  const values = new Map<string, string>();
  for (const { type, proof } of completeness.prefixes) {
    const query = type === null ? Uint8Array.of() : typeBytes(type);
    const { root, leaves } = readTrieProof(proof, query, 65);
    if (toHex(root) !== inputs.registry.trie) return `the proof for ${type ?? "all"} is not of the registry's trie`;
    for (const leaf of leaves) {
      const key = readServiceKey(leaf.key);
      if ((leaf.rest[64] ?? 0) > 1) return `the flags of ${key.service} are unknown`;
      const value = toHex(leaf.rest);
      if ((values.get(key.service) ?? value) !== value) return `the leaves of ${key.service} differ`;
      values.set(key.service, value);
      if (!beginsWith(leaf.key, query)) continue;
      const known = domain.get(key.service) ?? { value, types: new Set() };
      known.types.add(key.type);
      domain.set(key.service, known);
    }
  }
  return undefined;
}

function distinctTypes(group: { readonly any_of: readonly { readonly type: string }[] } | undefined): string[] {
  return [...new Set((group?.any_of ?? []).map(({ type }) => type))];
}

/** The prefixes are the types of the revealed group. @throws Withheld */
function queryProblem({ certificate: { completeness }, request }: ReadMaterial): string | undefined {
  const { revealed, prefixes } = completeness;
  if (prefixes.some(({ type }) => (type === null) !== (revealed === null))) return "the proofs and the revealed group do not agree";
  const groups = request.get("requirements.capabilities") ?? [];
  if ((revealed === null) !== (groups.length === 0)) return "the revealed group and the requirements do not agree";
  const wanted = revealed === null ? [null] : distinctTypes(groups[revealed]);
  return canonical(prefixes.map(({ type }) => type)) === canonical(wanted) ? undefined : "the proofs are not those of the revealed group";
}

/** Whether every group's size follows from the leaves that are opened. */
function comparable({ certificate: { completeness }, request }: ReadMaterial): boolean {
  try {
    return (request.get("requirements.capabilities") ?? []).every((group) => isShown(group, completeness.prefixes));
  } catch {
    return false;
  }
}

function isShown(group: Parameters<typeof distinctTypes>[0], prefixes: readonly { readonly type: string | null }[]): boolean {
  return distinctTypes(group).every((wanted) => prefixes.some(({ type }) => type !== null && refinesType(wanted, type)));
}

/** No group whose size can be told from the opened leaves comes before the revealed one (calculus §1). @throws Withheld */
function groupProblem({ certificate: { completeness }, request }: ReadMaterial, domain: Domain): string | undefined {
  const { revealed, prefixes } = completeness;
  const groups = request.get("requirements.capabilities") ?? [];
  if (revealed === null) return undefined;
  const keys = [...domain.values()].flatMap(({ types }) => [...types]);
  const sizeOf = (at: number): number => distinctTypes(groups[at]).reduce((size, wanted) => size + keys.filter((type) => refinesType(type, wanted)).length, 0);
  const size = sizeOf(revealed);
  const better = groups.findIndex((group, at) => isShown(group, prefixes) && (sizeOf(at) < size || (sizeOf(at) === size && at < revealed)));
  return better === -1 ? undefined : `group ${String(better)} comes before the revealed one`;
}

function contractsProblem(material: ReadMaterial, domain: Domain): string | undefined {
  const { contracts, encodings, contractDigests, encodingDigests, certificate } = material;
  const services = [...domain.keys()].sort();
  if (canonical(contracts.map(({ service_id }) => service_id)) !== canonical(services)) return "the contracts are not those of the revealed services";
  if (canonical(encodings.map(({ service }) => service)) !== canonical(services)) return "the encodings are not those of the revealed services";
  for (const [at, contract] of contracts.entries()) {
    const known = domain.get(contract.service_id);
    const value = `${contractDigests[at] ?? ""}${encodingDigests[at] ?? ""}`;
    if (known?.value.slice(0, 128) !== value) return `the contract or encoding of ${contract.service_id} is not the registered one`;
    const { tenants } = contract.access;
    if (tenants.length > 0 && !tenants.includes(certificate.tenant)) return `${contract.service_id} is not in the view of ${certificate.tenant}`;
    const types = new Set([contract.capabilities, ...contract.models.map(({ capabilities }) => capabilities)].flatMap((offers) => (offers ?? []).map(({ type }) => type)));
    const effective = new Set(pairsOf(contract).flatMap(({ capabilities }) => capabilities.map(({ type }) => type)));
    if ([...known.types].some((type) => !effective.has(type))) return `${contract.service_id} is listed under what it does not offer`;
    const shown = certificate.completeness.prefixes.map(({ type }) => type);
    const missing = [...types].find((type) => effective.has(type) && !known.types.has(type) && shown.some((query) => query === null || refinesType(type, query)));
    if (missing !== undefined) return `${contract.service_id} offers ${missing}, but has no leaf for it`;
  }
  return undefined;
}

/** The verdicts and leaves of H are those of the pairs, in order. */
function checkPairs({ certificate, contracts, encodings }: ReadMaterial, domain: Domain, checks: Checks): Pair[] | undefined {
  const pairs = contracts.flatMap((contract, at) => pairsOf(contract, domain.get(contract.service_id)?.value.endsWith("01"), encodings[at]?.ints.every((part) => part === 0)));
  const names = (list: readonly { readonly service: string; readonly model: string | null }[]): string => canonical(list.map(({ service, model }) => [service, model]));
  const listed = checks.run("completeness.pairs", () => (names(certificate.verdicts) === names(pairs) ? undefined : "the verdicts are not those of the revealed pairs, in order"));
  const known = checks.run("history.pairs", () => (names(certificate.history) === names(pairs) ? undefined : "the leaves of H are not those of the revealed pairs, in order"));
  checks.run("history.leaves", () => {
    for (const { service, model, leaf, proof } of certificate.history) {
      const key = pairKey(service, model);
      const { root, leaves } = readTrieProof(proof, key, 32);
      if (toHex(root) !== certificate.inputs.history.root) return `the proof for ${service} is not of the history's trie`;
      const found = leaves.find((opened) => toHex(opened.key) === toHex(key));
      if ((found === undefined ? undefined : toHex(found.rest)) !== (leaf === null ? undefined : digestOf(leaf))) return `the leaf of ${service} is not that of H`;
    }
    return undefined;
  });
  return listed && known ? pairs.map((pair, at) => ({ ...pair, leaf: certificate.history[at]?.leaf ?? null })) : undefined;
}
