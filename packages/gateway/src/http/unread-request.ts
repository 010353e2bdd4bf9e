import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";

import { CaioError } from "@caio/core";
import type { FastifyInstance } from "fastify";

interface Refusal {
  readonly status: number;
  readonly message: string;
}

const unreadable: Refusal = { status: 400, message: "What came is no HTTP/1.1 request. Is it sent with TLS, or by another protocol? See the client's settings, or a proxy's before this gateway." };
const refusals: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: "The request took too long to arrive whole. Send it again." },
  HPE_HEADER_OVERFLOW: { status: 431, message: "The headers are larger than the 16 KiB that are taken here. Send fewer or shorter ones; cookies are not read." },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, message: "The extensions of the body's chunks are larger than the 16 KiB that are taken here. Send chunks without any." },
};

/**
 * Refuses what the parser of HTTP could not read, in the form that all errors have. Nothing that was sent is repeated or logged. A connection on
 * which an answer has begun is closed without a word, which would stand amid that answer.
 */
export function refuseUnread(app: FastifyInstance, error: NodeJS.ErrnoException, { socket, isAnswering }: { readonly socket: Socket; readonly isAnswering: boolean }): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (!socket.writable || isAnswering) {
    socket.destroy();
    return;
  }
  const { status, message } = refusals[error.code ?? ""] ?? unreadable;
  const id = randomUUID();
  app.log.info({ reqId: id, status, parser: error.code }, "not readable");
  const body = JSON.stringify({ error: new CaioError("InvalidRequest", message).toJSON() });
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? "Refused"}`,
    ...["connection: close", "content-type: application/json; charset=utf-8", `content-length: ${String(Buffer.byteLength(body))}`, `x-request-id: ${id}`],
  ];
  // The other side may never close its half.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => { socket.destroy(); });
}
