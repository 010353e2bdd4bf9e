import { randomUUID } from "node:crypto";

import { LogController, type FastifyInstance, type FastifyServerOptions } from "fastify";

import type { GatewayConfig } from "../config/gateway-config.ts";

/** Where lines of the log go. */
export interface LogSink {
  write(line: string): void;
}

/**
 * A log of JSON lines. The framework's own lines on requests are off: `logRequests` writes one for each, and no body, header, query or
 * answer is ever in one. Names of requests are never the same twice.
 */
export function logOptions({ log }: Pick<GatewayConfig, "log">, sink: LogSink | undefined): FastifyServerOptions {
  // Whatever is added one day: a request says nothing of itself here.
  const serializers = { req: () => ({}), res: () => ({}) };
  return {
    logger: { level: log.level, serializers, ...(sink === undefined ? {} : { stream: sink }) },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
  };
}

/**
 * One line when a request is over: `reqId` (the answer's `x-request-id`), method, route as it is registered, status, milliseconds, and, where they
 * are known, `decision_id` and `trace_id`.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", (request, reply, done) => {
    const { method, routeOptions, span } = request;
    const decision = reply.getHeader("caio-decision-id");
    const { statusCode: status, elapsedTime } = reply;
    const line = {
      ...{ method, route: routeOptions.url ?? "none", status, ms: Math.round(elapsedTime * 1000) / 1000 },
      ...(typeof decision === "string" ? { decision_id: decision } : {}),
      ...(span === null ? {} : { trace_id: span.traceId }),
    };
    request.log.info(line, "answered");
    done();
  });
}
