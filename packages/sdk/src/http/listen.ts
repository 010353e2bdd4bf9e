import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { CaioError, type JsonValue } from "@caio/core";
import { toWire } from "@caio/contracts";
import type { ServiceContract, ServiceHealth, ServiceResult } from "@caio/contracts";

import type { CallOptions } from "../execution-context.ts";
import { readCallHeaders } from "./call-headers.ts";
import { refusalOf } from "./refusal.ts";
import { readJsonBody, readQuery } from "./request-body.ts";
import { findRoute } from "./routes.ts";

/** Where and how to serve. */
export interface ListenOptions {
  /** 0 (the default): any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`: a service is not open to the network unless its operator says so. */
  readonly host?: string;
  /** Largest body accepted, bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** How long `close` waits for calls in flight, milliseconds. Default 5000. */
  readonly graceMs?: number;
  /** Hears every error that a call ended in, with its cause; callers are told less. */
  readonly onError?: (error: unknown) => void;
}

/** A service that listens. */
export interface ListeningService {
  /** `http://host:port` */
  readonly url: string;
  readonly port: number;
  /** Takes no new call, waits for those in flight, aborts what is left after the grace, and closes the service. */
  close(): Promise<void>;
}

/** What `listen` needs of a service. */
export interface Servable {
  readonly contract: ServiceContract;
  call(payload: JsonValue, options: CallOptions): Promise<ServiceResult>;
  health(): Promise<ServiceHealth>;
  close(): Promise<void>;
}

const DEFAULT_MAX_BODY_BYTES = 1_048_576;

/** Serves over node:http. @throws CaioError `ServiceUnavailable` if the port cannot be had. */
export async function listen(service: Servable, options: ListenOptions): Promise<ListeningService> {
  const closing = new AbortController();
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    void answer(service, options, request, response, closing.signal);
  });
  const host = options.host ?? "127.0.0.1";
  const port = await bind(server, options.port ?? 0, host);
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${String(port)}`,
    port,
    close: async () => {
      await closeServer(server, closing, options.graceMs ?? 5000);
      await service.close();
    },
  };
}

async function answer(
  service: Servable,
  options: ListenOptions,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  try {
    const route = findRoute(service.contract, request.method ?? "", request.url ?? "/");
    if (route.kind === "contract") {
      send(response, 200, toWire(service.contract));
    } else if (route.kind === "health") {
      const health = await service.health();
      send(response, health.healthy ? 200 : 503, { ...health });
    } else {
      const headers = readCallHeaders(request.headers);
      const payload =
        request.method === "GET"
          ? readQuery(request)
          : await readJsonBody(request, options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
      const result = await service.call(payload, { ...headers, endpoint: route.endpoint, signal: gone(response, closing) });
      send(response, 200, result.output, usageHeaders(result));
    }
  } catch (error) {
    options.onError?.(error);
    const { status, body } = refusalOf(error);
    // What is left of a refused body is not read, so the connection cannot be used again.
    send(response, status, body, request.complete ? {} : { connection: "close" });
  }
}

/** Aborts when the caller goes away or the service closes. */
function gone(response: ServerResponse, closing: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  response.once("close", () => {
    closing.removeEventListener("abort", abort);
    if (!response.writableFinished) abort();
  });
  if (closing.aborted) abort();
  else closing.addEventListener("abort", abort, { once: true });
  return controller.signal;
}

function send(response: ServerResponse, status: number, body: JsonValue, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  });
  response.end(text);
}

function usageHeaders({ usage }: ServiceResult): Record<string, string> {
  return {
    ...(usage?.inputTokens === undefined ? {} : { "caio-input-tokens": String(usage.inputTokens) }),
    ...(usage?.outputTokens === undefined ? {} : { "caio-output-tokens": String(usage.outputTokens) }),
  };
}

async function bind(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: Error): void => {
      reject(
        new CaioError("ServiceUnavailable", `Cannot listen on ${host}, port ${String(port)}. Choose another port, or 0 for any.`, {
          details: { host, port },
          cause,
        }),
      );
    };
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.removeListener("error", refuse);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

async function closeServer(server: Server, closing: AbortController, graceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const abort = setTimeout(() => {
      closing.abort();
      // One more turn, so that aborted calls can still say so.
      setTimeout(() => { server.closeAllConnections(); }, 50);
    }, graceMs);
    server.close(() => {
      clearTimeout(abort);
      resolve();
    });
    server.closeIdleConnections();
  });
}
