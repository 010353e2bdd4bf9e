import { equalBytes, toHex, utf8 } from "../bytes/bytes.ts";
import { sha256 } from "../bytes/sha256.ts";
import { refinesType } from "../calculus/matching.ts";
import { pairsOf, type Pair } from "../calculus/scene.ts";
import { canonical, same } from "../json/json.ts";
import { pairKey, readServiceKey, readTrieProof, typeBytes } from "../trie/trie-proof.ts";
import { digestOf, type ReadMaterial } from "./material.ts";
import type { Checks } from "./report.ts";

/** What the opened leaves show: per service the value of its leaves, in hex, and the types under the queries. */
type Domain = Map<string, { readonly value: string; readonly types: Set<string> }>;

/** certificate §5 and §6: the pairs that had to be judged, with their leaves; undefined if the trie does not hold. */
export function checkCompleteness(material: ReadMaterial, checks: Checks): Pair[] | undefined {
  const { tenant, inputs, completeness } = material.certificate;
  const { epoch, size, trie, root } = inputs.registry;
  checks.equal("completeness.root", root, () => toHex(sha256(Uint8Array.of(3), utf8(canonical({ tenant, epoch, size, trie })))));
  const leaves: Domain = new Map();
  const sound = checks.run("completeness.trie", () => readLeaves(material, leaves));
  const domain: Domain = new Map([...leaves].filter(([, { types }]) => types.size > 0));
  checks.run("completeness.query", () => queryProblem(material));
  checks.run("completeness.group", () => groupProblem(material, domain), comparable(material) ? "proved" : "attested");
  const held = checks.run("completeness.contracts", () => contractsProblem(material, domain));
  if (!sound || !held) return undefined;
  const complete = completeness.revealed === null ? domain.size === size : domain.size <= size;
  checks.add("completeness.size", complete ? undefined : `the view holds ${String(size)} services, ${String(domain.size)} are revealed`);
  return checkPairs(material, domain, checks);
}

function readLeaves({ certificate: { completeness, inputs } }: ReadMaterial, found: Domain): string | undefined {
  for (const { type, proof } of completeness.prefixes) {
    const query = type === null ? Uint8Array.of() : typeBytes(type);
    const { root, leaves } = readTrieProof(proof, query, 65);
    if (toHex(root) !== inputs.registry.trie) return `the proof for ${type ?? "all"} is not of the registry's trie`;
    for (const { key, rest } of leaves) {
      const { service, type: offered } = readServiceKey(key);
      if (!/0[01]$/.test(rest)) return `the flags of ${service} are unknown`;
      const known = found.get(service) ?? { value: rest, types: new Set() };
      if (known.value !== rest) return `the leaves of ${service} differ`;
      if (type === null || refinesType(offered, type)) known.types.add(offered);
      found.set(service, known);
    }
  }
  return undefined;
}

type Group = { readonly any_of: readonly { readonly type: string }[] } | undefined;

function distinctTypes(group: Group): string[] {
  return [...new Set((group?.any_of ?? []).map(({ type }) => type))];
}

/** The prefixes are the types of the revealed group. @throws Withheld */
function queryProblem({ certificate: { completeness }, request }: ReadMaterial): string | undefined {
  const { revealed, prefixes } = completeness;
  if (prefixes.some(({ type }) => (type === null) !== (revealed === null))) return "the proofs and the revealed group do not agree";
  const groups = request.get("requirements.capabilities") ?? [];
  if ((revealed === null) !== (groups.length === 0)) return "the revealed group and the requirements do not agree";
  const wanted = revealed === null ? [null] : distinctTypes(groups[revealed]);
  return same(prefixes.map(({ type }) => type), wanted) ? undefined : "the proofs are not those of the revealed group";
}

/** Whether every group's size follows from the leaves that are opened. */
function comparable({ certificate: { completeness }, request }: ReadMaterial): boolean {
  const path = "requirements.capabilities";
  return request.knows(path) && (request.get(path) ?? []).every((group) => isShown(group, completeness.prefixes));
}

function isShown(group: Group, prefixes: readonly { readonly type: string | null }[]): boolean {
  return distinctTypes(group).every((wanted) => prefixes.some(({ type }) => type !== null && refinesType(wanted, type)));
}

/** No group whose size can be told from the opened leaves comes before the revealed one (calculus §1). @throws Withheld */
function groupProblem({ certificate: { completeness }, request }: ReadMaterial, domain: Domain): string | undefined {
  const { revealed, prefixes } = completeness;
  const groups = request.get("requirements.capabilities") ?? [];
  if (revealed === null) return undefined;
  const keys = [...domain.values()].flatMap(({ types }) => [...types]);
  const known = new Map<string, number>();
  const countOf = (wanted: string): number => {
    const count = known.get(wanted) ?? keys.filter((type) => refinesType(type, wanted)).length;
    known.set(wanted, count);
    return count;
  };
  const sizeOf = (at: number): number => distinctTypes(groups[at]).reduce((size, wanted) => size + countOf(wanted), 0);
  const size = sizeOf(revealed);
  const better = groups.findIndex((group, at) => isShown(group, prefixes) && (sizeOf(at) < size || (sizeOf(at) === size && at < revealed)));
  return better === -1 ? undefined : `group ${String(better)} comes before the revealed one`;
}

function contractsProblem({ contracts, encodings, certificate }: ReadMaterial, domain: Domain): string | undefined {
  const services = [...domain.keys()].sort();
  if (!same(contracts.map(({ service_id }) => service_id), services)) return "the contracts are not those of the revealed services";
  if (!same(encodings.map(({ service }) => service), services)) return "the encodings are not those of the revealed services";
  const shown = certificate.completeness.prefixes.map(({ type }) => type);
  for (const [at, contract] of contracts.entries()) {
    const { service_id: service, access } = contract;
    const { encoderId, ints } = encodings[at] ?? {};
    const { value, types } = domain.get(service) ?? {};
    const registered = digestOf(contract) + digestOf(["caio-enc-v1", encoderId, ints]);
    if (value?.slice(0, 128) !== registered) return `the contract or encoding of ${service} is not the registered one`;
    if (access.tenants.length > 0 && !access.tenants.includes(certificate.tenant)) return `${service} is not in the view of ${certificate.tenant}`;
    const offered = new Set(pairsOf(contract).flatMap(({ capabilities }) => capabilities.map(({ type }) => type)));
    if ([...(types ?? [])].some((type) => !offered.has(type))) return `${service} is listed under what it does not offer`;
    const missing = [...offered].find((type) => types?.has(type) !== true && shown.some((query) => query === null || refinesType(type, query)));
    if (missing !== undefined) return `${service} offers ${missing}, but has no leaf for it`;
  }
  return undefined;
}

/** The verdicts and leaves of H are those of the pairs, in order. */
function checkPairs({ certificate, contracts, encodings }: ReadMaterial, domain: Domain, checks: Checks): Pair[] | undefined {
  const { verdicts, history, inputs } = certificate;
  const pairs = contracts.flatMap((contract, at) => pairsOf(contract, domain.get(contract.service_id)?.value.endsWith("01"), encodings[at]?.ints.every((part) => part === 0)));
  const fits = (list: readonly { readonly service: string; readonly model: string | null }[]): boolean =>
    list.length === pairs.length && list.every(({ service, model }, at) => service === pairs[at]?.service && model === pairs[at].model);
  const listed = checks.run("completeness.pairs", () => (fits(verdicts) ? undefined : "the verdicts are not those of the revealed pairs, in order"));
  const known = checks.run("history.pairs", () => (fits(history) ? undefined : "the leaves of H are not those of the revealed pairs, in order"));
  checks.run("history.leaves", () => {
    for (const { service, model, leaf, proof } of history) {
      const key = pairKey(service, model);
      const { root, leaves } = readTrieProof(proof, key, 32);
      if (toHex(root) !== inputs.history.root) return `the proof for ${service} is not of the history's trie`;
      const found = leaves.find((opened) => equalBytes(opened.key, key))?.rest;
      if (found !== (leaf === null ? undefined : digestOf(leaf))) return `the leaf of ${service} is not that of H`;
    }
    return undefined;
  });
  return listed && known ? pairs.map((pair, at) => ({ ...pair, leaf: history[at]?.leaf ?? null })) : undefined;
}
