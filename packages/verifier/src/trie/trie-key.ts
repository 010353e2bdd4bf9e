import { concat, equalBytes, textOf, utf8 } from "../bytes/bytes.ts";

/** The bytes of a capability type: per segment 0x01 ‖ length ‖ UTF-8 (certificate §5). */
export function typeBytes(type: string): Uint8Array {
  return concat(type.split(".").flatMap((segment) => [Uint8Array.of(1, utf8(segment).length), utf8(segment)]));
}

/** The key of a pair in H (certificate §6). */
export function pairKey(service: string, model: string | null): Uint8Array {
  const [id, name] = [utf8(service), utf8(model ?? "")];
  return concat([Uint8Array.of(0, id.length), id, Uint8Array.of(name.length), name]);
}

/** Strictly the key of (capability type, service), or a TypeError. */
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
  if (!strict || segments.length === 0 || !equalBytes(again, key)) throw new TypeError("a key of the registry's trie is malformed");
  return { type, service };
}
