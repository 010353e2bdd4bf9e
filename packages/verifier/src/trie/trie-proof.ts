import { concat, equalBytes, fromHex, textOf, utf8 } from "../bytes/bytes.ts";
import { sha256 } from "../bytes/sha256.ts";
import type { ProofNode } from "../shape/certificate-shape.ts";

/** Branches above one another; a registry of real names has a few dozen. */
const MAX_BRANCHES = 2048;

export interface TrieLeaf {
  readonly key: Uint8Array;
  /** The value in hex. */
  readonly rest: string;
}

/** What a node must continue: the first `length` bits of `bits`, then `side`. */
interface Place {
  readonly bits: Uint8Array;
  readonly length: number;
  readonly side: 0 | 1;
  readonly depth: number;
}

/**
 * Reads a proof for the query q under the rules of certificate §5: all that is compatible with q is opened, nothing else
 * below the top is. Gives the root, for the caller to compare, and the opened leaves in the order of their keys.
 * @throws TypeError that says which rule is broken.
 */
export function readTrieProof(nodes: readonly ProofNode[], query: Uint8Array, restLength: number): { readonly root: Uint8Array; readonly leaves: readonly TrieLeaf[] } {
  const leaves: TrieLeaf[] = [];
  let at = 0;
  const read = (place: Place | undefined): Uint8Array => {
    const node = nodes[at++] ?? refuse("ends too early");
    const closed = place !== undefined && differs(place, query);
    if ("digest" in node) return closed ? bytesOf(node.digest) : refuse("hides what the query could reach");
    if (closed) refuse("opens what the query cannot reach");
    return "key" in node ? leaf(bytesOf(node.key), node.rest, place) : branch(bytesOf(node.prefix), node.bits, place);
  };
  const leaf = (key: Uint8Array, rest: string, place: Place | undefined): Uint8Array => {
    if (rest.length !== 2 * restLength) refuse("has a leaf with a value of the wrong length");
    if (!continues(key, key.length * 8, place)) refuse("has a key that does not continue its branch");
    leaves.push({ key, rest });
    return sha256(Uint8Array.of(0, key.length >> 8, key.length), key, bytesOf(rest));
  };
  const branch = (bits: Uint8Array, length: number, place: Place | undefined): Uint8Array => {
    if (bits.length !== Math.ceil(length / 8)) refuse("has a prefix of another length than it says");
    if (length % 8 > 0 && ((bits[bits.length - 1] ?? 0) << length % 8) % 256 !== 0) refuse("has padding bits that are not zero");
    if (!continues(bits, length, place)) refuse("has a branch that does not continue its parent");
    const depth = (place?.depth ?? 0) + 1;
    if (depth > MAX_BRANCHES) refuse("is too deep");
    const left = read({ bits, length, side: 0, depth });
    return sha256(Uint8Array.of(1, length >> 8, length), bits, left, read({ bits, length, side: 1, depth }));
  };
  const root = nodes.length === 0 ? sha256(Uint8Array.of(2)) : read(undefined);
  return at === nodes.length ? { root, leaves } : refuse("goes on after its end");
}

function refuse(problem: string): never {
  throw new TypeError(`a trie proof ${problem}`);
}

function differs({ bits, length, side }: Place, query: Uint8Array): boolean {
  const whole = query.length * 8;
  return !agree(bits, query, Math.min(length, whole)) || (length < whole && bitOf(query, length) !== side);
}

function continues(bits: Uint8Array, length: number, place: Place | undefined): boolean {
  return place === undefined || (length > place.length && agree(bits, place.bits, place.length) && bitOf(bits, place.length) === place.side);
}

function agree(a: Uint8Array, b: Uint8Array, length: number): boolean {
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  return length % 8 === 0 || (((a[whole] ?? 0) ^ (b[whole] ?? 0)) >> (8 - (length % 8))) === 0;
}

function bitOf(bits: Uint8Array, at: number): number {
  return ((bits[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  return bytes === undefined || bytes.length > 0xffff ? refuse("holds what is no hex") : bytes;
}

/** The bytes of a capability type: per segment 0x01 ‖ length ‖ UTF-8 (certificate §5). */
export function typeBytes(type: string): Uint8Array {
  return concat(type.split(".").flatMap((segment) => [Uint8Array.of(1, utf8(segment).length), utf8(segment)]));
}

/** The key of a pair in H (certificate §6). */
export function pairKey(service: string, model: string | null): Uint8Array {
  const [id, name] = [utf8(service), utf8(model ?? "")];
  return concat([Uint8Array.of(0, id.length), id, Uint8Array.of(name.length), name]);
}

/** Strictly the key of (capability type, service). @throws TypeError */
export function readServiceKey(key: Uint8Array): { readonly type: string; readonly service: string } {
  const segments: string[] = [];
  let at = 0;
  const part = (): string => {
    const end = at + 2 + (key[at + 1] ?? 0);
    const text = textOf(key.subarray(at + 2, end));
    at = end;
    return text;
  };
  while (key[at] === 1 && segments.length < 8) segments.push(part());
  const type = segments.join(".");
  const service = key[at] === 0 ? part() : "";
  const strict = /^[a-z0-9][a-z0-9-]{0,62}$/.test(service) && segments.every((name) => /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name));
  const again = concat([typeBytes(type), Uint8Array.of(0, service.length), utf8(service)]);
  return strict && segments.length > 0 && equalBytes(again, key) ? { type, service } : refuse("has a malformed key");
}
