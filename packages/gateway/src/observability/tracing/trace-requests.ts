import type { FastifyInstance } from "fastify";

import type { RequestSpan, Tracing } from "./tracing.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Null where nothing is traced. */
    span: RequestSpan | null;
  }
}

/** Routes that are asked all the time and say nothing. */
const UNTRACED = new Set(["/health", "/health/live", "/health/ready", "/metrics"]);

/** A span for every request but those that only look whether the gateway is there. To be called before any other hook is added. */
export function traceRequests(app: FastifyInstance, tracing: Tracing | undefined): void {
  app.decorateRequest("span", null);
  if (tracing === undefined) return;
  app.addHook("onRequest", (request, _reply, done) => {
    const { method, routeOptions, headers } = request;
    const route = routeOptions.url ?? "none";
    if (!UNTRACED.has(route)) request.span = tracing.incoming({ method, route, traceparent: only(headers["traceparent"]), tracestate: only(headers["tracestate"]) });
    done();
  });
  // Reading a body leaves the context behind, so that it is entered here.
  app.addHook("preHandler", ({ span }, _reply, done) => {
    if (span === null) done();
    else span.run(done);
  });
  app.addHook("onResponse", ({ span }, { statusCode }, done) => {
    span?.end(statusCode);
    done();
  });
}

function only(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}
