import type { Planted } from "./planted.ts";

/** Chance of a campaign: one seed, one sequence. */
export type Random = () => number;

/** Bytes for one connection. */
export interface Attack {
  /** What is tried, for the report. */
  readonly kind: string;
  readonly bytes: Buffer;
  /** Sent in so many pieces, a little apart. */
  readonly pieces?: number;
  /** The sender leaves before the answer. */
  readonly leaves?: boolean;
}

export type Attacker = (random: Random, planted: Planted) => Attack;

export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[Math.floor(random() * list.length)] ?? list[0];
}

/** A request with a body and the headers that are right for it, and others in front of or in place of these. */
export function requestOf({ method = "POST", path, key, body = "", headers = {} }: { readonly method?: string; readonly path: string; readonly key: string; readonly body?: Buffer | string; readonly headers?: Readonly<Record<string, string>> }): Buffer {
  const bytes = Buffer.from(body);
  const all = { host: "gateway", authorization: `Bearer ${key}`, "content-type": "application/json", "content-length": String(bytes.length), connection: "close", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`, "latin1"), bytes]);
}
