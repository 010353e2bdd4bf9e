import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";

import type { ServiceContract } from "@caio/contracts";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";

import { basePlace } from "../http/base-place.ts";
import type { HttpReach } from "../http/http-reach.ts";

/** Statuses that have no body (WHATWG Fetch, null body status). */
const NO_BODY = new Set([101, 103, 204, 205, 304]);

/** What is read of a JSON-RPC message on its way out. */
interface Sent {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly requestId?: unknown };
}

/**
 * The `fetch` of an MCP connection over HTTP: every request goes to the contract's own place, through the guarded pools, with the secret
 * that the contract refers to, and follows no redirect.
 *
 * Two things that the transport of the MCP SDK does not do are done here: the request of a call that is cancelled is ended, and a
 * call whose answer breaks off fails at once instead of at its deadline.
 *
 * @param onLost - told when an answer that broke off cannot be taken up again
 */
export function reachFetch(reach: HttpReach, contract: ServiceContract, onLost: () => void): FetchLike {
  const { origin, path } = basePlace(contract);
  const inFlight = new Map<unknown, AbortController>();
  return async (_url, init = {}) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    const method = init.method === "POST" ? "POST" : "GET";
    // A stream for what the server says unasked would hold a connection for nothing: only a broken answer is taken up again by GET.
    if (init.method === "DELETE" || (method === "GET" && headers["last-event-id"] === undefined)) return new Response(null, { status: 405 });
    const body = typeof init.body === "string" ? init.body : null;
    const { id, method: called, params } = messageOf(body);
    if (called === "notifications/cancelled") inFlight.get(params?.requestId)?.abort();
    const abort = new AbortController();
    if (id !== undefined) inFlight.set(id, abort);
    const signal = init.signal instanceof AbortSignal ? AbortSignal.any([init.signal, abort.signal]) : abort.signal;
    const done = (): void => { inFlight.delete(id); };
    try {
      const answer = await reach.send({ origin, path, method, headers, body }, contract, signal);
      answer.body.once("close", done).on("error", () => undefined);
      const given = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] => (typeof value === "string" ? [[name, value]] : []));
      const { statusCode: status } = answer;
      if (method === "GET" && status !== 200) onLost();
      if (NO_BODY.has(status)) {
        answer.body.resume();
        return new Response(null, { status, headers: given });
      }
      const events = id !== undefined && String(answer.headers["content-type"]).startsWith("text/event-stream");
      return new Response(streamOf(events ? wholeOrFailed(answer.body, id) : answer.body), { status, headers: given });
    } catch (error) {
      done();
      if (method === "GET") onLost();
      throw error;
    }
  };
}

function messageOf(body: string | null): Sent {
  const message: unknown = body === null ? null : JSON.parse(body);
  return typeof message === "object" && message !== null ? message : {};
}

/** The bytes; after their end an error for the call, which nobody hears if it was answered. A stream that can be taken up again is left alone. */
async function* wholeOrFailed(body: Readable, id: unknown): AsyncGenerator<Uint8Array, void, void> {
  let resumable = false;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      resumable ||= /(^|\n)id:/.test(Buffer.from(chunk).toString("latin1"));
      yield chunk;
    }
  } catch (error) {
    if (resumable) throw error;
  }
  if (resumable) return;
  const failure = { jsonrpc: "2.0", id, error: { code: ErrorCode.ConnectionClosed, message: "The answer broke off." } };
  yield new TextEncoder().encode(`\n\ndata: ${JSON.stringify(failure)}\n\n`);
}

function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream {
  return ReadableStream.from(bytes);
}
