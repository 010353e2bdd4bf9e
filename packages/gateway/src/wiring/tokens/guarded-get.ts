import { lookup as resolve } from "node:dns";
import { get as getHttp, type IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";

import { addressKind } from "@caio/adapters";

/** Where a document may be fetched from, and how much of it. */
export interface GuardedGet {
  /** Origins that may be anywhere, such as `http://10.0.0.7:8000`; all others are public addresses behind https. */
  readonly egress: readonly string[];
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * The body of a document of the operator's. Addresses are checked where the connection is made, on the very one that is connected to;
 * redirects are not followed. What is thrown says nothing of the address.
 */
export async function guardedGet(url: URL, { egress, timeoutMs, maxBytes }: GuardedGet): Promise<string> {
  const named = egress.some((origin) => new URL(origin).origin === url.origin);
  if (!named) requirePublic(url);
  const get = url.protocol === "https:" ? getHttps : getHttp;
  const options = { signal: AbortSignal.timeout(timeoutMs), agent: false, headers: { accept: "application/json" }, ...(named ? {} : { lookup: publicLookup }) };
  const answer = await new Promise<IncomingMessage>((answered, failed) => {
    get(url, options, answered).on("error", failed);
  });
  try {
    if (answer.statusCode !== 200) throw new Error("The answer is not 200.");
    return await textOf(answer, maxBytes);
  } finally {
    answer.destroy();
  }
}

function requirePublic({ protocol, hostname }: URL): void {
  if (protocol !== "https:") throw new Error("Only https is fetched.");
  const address = hostname.replace(/^\[|\]$/g, "");
  // A socket resolves names only: an address would pass by the guarded lookup.
  if (isIP(address) !== 0 && addressKind(address) !== "public") throw new Error("The address is not public.");
}

const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses;
    if (error !== null || first === undefined) callback(error ?? new Error("No address."), "", 0);
    else if (!addresses.every(({ address }) => addressKind(address) === "public")) callback(new Error("An address is not public."), "", 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

async function textOf(answer: AsyncIterable<unknown>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) throw new Error("The body is no bytes.");
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error("The body is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
