import { createHash } from "node:crypto";

import { contractDigest, type CapabilityGroup } from "@caio/contracts";
import { canonicalJson, digest, type PrefixProof } from "@caio/core";

import type { Registration } from "../src/index.ts";

/** A registered service as the tests remember it. */
export interface Known extends Registration {
  readonly draining: boolean;
}

interface OracleKey {
  readonly type: string;
  readonly id: string;
  readonly key: string;
  readonly rest: string;
}

/** Written from certificate.md and calculus §1 with loops and bit strings only, sharing nothing with the registry. */
export class ViewOracle {
  readonly tenant: string;
  readonly epoch: number;
  readonly services: readonly Known[];
  #keys: readonly OracleKey[] | undefined;
  #trieRoot: string | undefined;

  constructor(tenant: string, epoch: number, world: ReadonlyMap<string, Known>) {
    this.tenant = tenant;
    this.epoch = epoch;
    const visible = [...world.values()].filter(({ contract: { access } }) => {
      return access.tenants.length === 0 || access.tenants.includes(tenant);
    });
    this.services = visible.sort((a, b) => (a.contract.serviceId < b.contract.serviceId ? -1 : 1));
  }

  get ids(): readonly string[] {
    return this.services.map(({ contract }) => contract.serviceId);
  }

  /** (type, service, hex of key, hex of rest) of every key. */
  get keys(): readonly OracleKey[] {
    this.#keys ??= this.services.flatMap((known) => {
      const id = known.contract.serviceId;
      const rest = `${contractDigest(known.contract)}${digest(["caio-enc-v1", known.encoderId, known.encoding])}`;
      return typesOf(known).map((type) => {
        return { type, id, key: `${prefixHex(type)}00${withLength(id)}`, rest: `${rest}${known.draining ? "01" : "00"}` };
      });
    });
    return this.#keys;
  }

  get trieRoot(): string {
    const leaves = this.keys.map(({ key, rest }) => ({ key, rest, bits: toBits(key) }));
    this.#trieRoot ??= leaves.length === 0 ? sha("02") : nodeOf(leaves);
    return this.#trieRoot;
  }

  get root(): string {
    const { tenant, epoch, trieRoot } = this;
    const text = canonicalJson({ tenant, epoch, size: this.services.length, trie: trieRoot });
    return sha(`03${Buffer.from(text).toString("hex")}`);
  }

  domain(groups: readonly CapabilityGroup[]): { revealed: number | null; ids: readonly string[] } {
    if (groups.length === 0) return { revealed: null, ids: this.ids };
    const under = (q: string): readonly string[] => this.keys.filter(({ type }) => refines(type, q)).map(({ id }) => id);
    const found = groups.map(({ anyOf }) => [...new Set(anyOf.map(({ type }) => type))].flatMap(under));
    const revealed = found.reduce((best, ids, index) => (ids.length < (found[best]?.length ?? 0) ? index : best), 0);
    return { revealed, ids: [...new Set(found[revealed])].sort() };
  }
}

function typesOf({ contract }: Known): readonly string[] {
  const types = new Set<string>();
  if (contract.models.length === 0) for (const { type } of contract.capabilities) types.add(type);
  for (const model of contract.models) for (const { type } of model.capabilities ?? contract.capabilities) types.add(type);
  return [...types];
}

function refines(type: string, q: string): boolean {
  return type === q || type.startsWith(`${q}.`);
}

/** The bytes that the keys of a type begin with, hex. */
export function prefixHex(type: string): string {
  return type.split(".").map((segment) => `01${withLength(segment)}`).join("");
}

function withLength(text: string): string {
  const hex = Buffer.from(text).toString("hex");
  return `${(hex.length / 2).toString(16).padStart(2, "0")}${hex}`;
}

function nodeOf(leaves: readonly { key: string; rest: string; bits: string }[]): string {
  const [first] = leaves;
  if (first === undefined) throw new Error("no leaves");
  if (leaves.length === 1) return leafOf(first.key, first.rest);
  let length = 0;
  while (leaves.every(({ bits }) => bits[length] === first.bits[length])) length++;
  const side = (bit: string): typeof leaves => leaves.filter(({ bits }) => bits[length] === bit);
  return branchOf(first.bits.slice(0, length), nodeOf(side("0")), nodeOf(side("1")));
}

/** The hex keys with their rest that a proof shows under the bits `q`, or why it does not hold. */
export function readProof(proof: PrefixProof, q: string, root: string): ReadonlyMap<string, string> | string {
  const found = new Map<string, string>();
  const items = [...proof];
  const agrees = (path: string): boolean => path.startsWith(q) || q.startsWith(path);
  const read = (path: string): string => {
    const item = items.shift();
    if (item === undefined) throw new Error("too short");
    if ("digest" in item) {
      if (agrees(path)) throw new Error("hidden");
      return item.digest;
    }
    const own = "key" in item ? toBits(item.key) : toBits(item.prefix).slice(0, item.bits);
    if (!own.startsWith(path)) throw new Error("off the path");
    if (!("key" in item)) return branchOf(own, read(`${own}0`), read(`${own}1`));
    if (own.startsWith(q)) found.set(item.key, item.rest);
    return leafOf(item.key, item.rest);
  };
  try {
    const computed = items.length === 0 ? sha("02") : read("");
    if (items.length > 0) return "too long";
    return computed === root ? found : "another root";
  } catch (error) {
    return error instanceof Error ? error.message : "broken";
  }
}

export function toBits(hex: string): string {
  return (hex.match(/./g) ?? []).map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
}

function leafOf(key: string, rest: string): string {
  return sha(`00${(key.length / 2).toString(16).padStart(4, "0")}${key}${rest}`);
}

function branchOf(prefix: string, left: string, right: string): string {
  const padded = prefix.padEnd(Math.ceil(prefix.length / 8) * 8, "0").match(/.{4}/g) ?? [];
  const hex = padded.map((four) => Number.parseInt(four, 2).toString(16)).join("");
  return sha(`01${prefix.length.toString(16).padStart(4, "0")}${hex}${left}${right}`);
}

function sha(hex: string): string {
  return createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}
