import { bitsOf, provePrefix, RadixTrie } from "@caio/core";
import { isObject, type Json } from "@caio/verifier";

import { digest, textOf } from "../bundle-writer.ts";
import { certifiedLeaf } from "./certified-leaf.ts";
import { idOf, type Committed, type CommittedService } from "./committed.ts";

type Trie = RadixTrie<Uint8Array>;

/** The registry's trie over what the services really offer (certificate §5). @throws CaioError if keys clash */
export function registryTrie({ services }: Committed): Trie {
  return services.reduce<Trie>((trie, service) => {
    const rest = restOf(service);
    return typesOf(service).reduce<Trie>((grown, type) => grown.insert(keyOf(type, idOf(service)), rest), trie);
  }, RadixTrie.empty((rest: Uint8Array) => rest));
}

/** The trie of H (certificate §6). @throws CaioError if keys clash */
export function historyTrie({ history }: Committed): Trie {
  return history.reduce<Trie>(
    (trie, { service, model, leaf }) => (leaf === null ? trie : trie.insert(pairKey(service, model), Buffer.from(digest(certifiedLeaf(leaf)), "hex"))),
    RadixTrie.empty((rest: Uint8Array) => rest),
  );
}

export function rootOf(trie: Trie): string {
  return Buffer.from(trie.root).toString("hex");
}

export function prove(trie: Trie, query: Uint8Array): Json {
  return provePrefix(trie, bitsOf(query)).map((node) => ({ ...node }));
}

/** The services that have a key under some query, in order. */
export function servicesUnder(committed: Committed, queries: readonly (string | null)[]): CommittedService[] {
  return committed.services.filter((service) =>
    typesOf(service).some((type) => queries.some((query) => query === null || type === query || type.startsWith(`${query}.`))),
  );
}

export function typeBytes(type: string | null): Uint8Array {
  return Buffer.concat((type === null ? [] : type.split(".")).map((segment) => Buffer.from([1, Buffer.byteLength(segment), ...Buffer.from(segment)])));
}

export function pairKey(service: string, model: string | null): Uint8Array {
  const [id, name] = [Buffer.from(service), Buffer.from(model ?? "")];
  return Buffer.from([0, id.length, ...id, name.length, ...name]);
}

function keyOf(type: string, service: string): Uint8Array {
  return Buffer.concat([typeBytes(type), Buffer.from([0, Buffer.byteLength(service), ...Buffer.from(service)])]);
}

/** contractDigest ‖ encodingDigest ‖ flags */
function restOf({ contract, encoding, draining }: CommittedService): Uint8Array {
  return Buffer.from(`${digest(contract)}${digest(["caio-enc-v1", encoding.encoderId, encoding.ints])}${draining === true ? "01" : "00"}`, "hex");
}

/** The effective capability types of a contract, sorted; of one that is malformed, those that can be read. */
function typesOf({ contract }: CommittedService): string[] {
  if (!isObject(contract)) return [];
  const own = contract["capabilities"] ?? null;
  const models = listOf(contract["models"]);
  const offers = models.length === 0 ? [own] : models.map((model) => (isObject(model) ? (model["capabilities"] ?? own) : own));
  const types = offers.flatMap(listOf).flatMap((offer) => (isObject(offer) && typeof offer["type"] === "string" ? [textOf(offer["type"])] : []));
  return [...new Set(types)].sort();
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
