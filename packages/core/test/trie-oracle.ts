import { createHash } from "node:crypto";

import type { PrefixProof } from "../src/index.ts";

/** Written from certificate.md alone, on strings of "0" and "1": slow, and sharing nothing with the trie. */

type Content = ReadonlyMap<string, string>;

/** The root of a content (hex key to hex rest), from the definition. */
export function rootOf(content: Content): string {
  const keys = [...content.keys()];
  return keys.length === 0 ? sha("02") : nodeOf(keys, content);
}

function nodeOf(keys: readonly string[], content: Content): string {
  const [first] = keys;
  if (first !== undefined && keys.length === 1) return leafOf(first, content.get(first) ?? "");
  const bits = keys.map(toBits);
  let length = 0;
  const [sample = ""] = bits;
  while (bits.every((other) => other.length > length && other[length] === sample[length])) length++;
  const side = (bit: string): string[] => keys.filter((key) => toBits(key)[length] === bit);
  return branchOf(sample.slice(0, length), nodeOf(side("0"), content), nodeOf(side("1"), content));
}

function leafOf(key: string, rest: string): string {
  return sha(`00${u16(key.length / 2)}${key}${rest}`);
}

function branchOf(prefix: string, left: string, right: string): string {
  return sha(`01${u16(prefix.length)}${toHex(prefix)}${left}${right}`);
}

/**
 * Reads a proof for the bits `q`: the keys under it with their rest, or the reason why the proof does not hold.
 * Total: any input gives an answer.
 */
export function checkProof(proof: PrefixProof, q: string, root: string): ReadonlyMap<string, string> | string {
  const found = new Map<string, string>();
  const items = [...proof];
  try {
    const computed = items.length === 0 ? sha("02") : read(undefined);
    if (items.length > 0) return "nodes left over";
    return computed === root ? found : "another root";
  } catch (error) {
    return error instanceof Error ? error.message : "broken";
  }

  function read(path: string | undefined): string {
    const item = items.shift();
    if (item === undefined) throw new Error("nodes missing");
    if ("digest" in item) {
      if (path === undefined || agree(path, q)) throw new Error("a digest stands where a node must be opened");
      if (!/^[0-9a-f]{64}$/.test(item.digest)) throw new Error("no digest");
      return item.digest;
    }
    if (path !== undefined && !agree(path, q)) throw new Error("a node is opened where a digest must stand");
    if ("key" in item) {
      const bits = toBits(item.key);
      if (!bits.startsWith(path ?? "")) throw new Error("a key does not continue its parent");
      if (bits.startsWith(q)) found.set(item.key, item.rest);
      return leafOf(item.key, item.rest);
    }
    const padded = toBits(item.prefix);
    const prefix = padded.slice(0, item.bits);
    if (padded.length !== Math.ceil(item.bits / 8) * 8 || padded.slice(item.bits).includes("1")) throw new Error("padding");
    if (!prefix.startsWith(path ?? "")) throw new Error("a prefix does not continue its parent");
    const left = read(`${prefix}0`);
    return branchOf(prefix, left, read(`${prefix}1`));
  }
}

function agree(a: string, b: string): boolean {
  const limit = Math.min(a.length, b.length);
  return a.slice(0, limit) === b.slice(0, limit);
}

export function toBits(hex: string): string {
  return (hex.match(/./g) ?? []).map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
}

function toHex(bits: string): string {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  return (padded.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join("");
}

function u16(value: number): string {
  return value.toString(16).padStart(4, "0");
}

function sha(hex: string): string {
  return createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}
