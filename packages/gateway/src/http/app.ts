import swagger from "@fastify/swagger";
import type { Principal } from "@caio/contracts";
import { CaioError } from "@caio/core";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { z } from "zod";

import { apiDocument, type NamedBody } from "../docs/api-document.ts";
import { authenticate } from "../door/authenticate.ts";
import { replyWithError } from "../door/error-reply.ts";
import { logOptions, logRequests } from "../observability/request-log.ts";
import { traceRequests } from "../observability/tracing/trace-requests.ts";
import { GATEWAY_VERSION, type GatewayCore } from "../wiring/gateway-core.ts";
import { closeQueued } from "./close-queued.ts";
import { drainInTime } from "./drain.ts";
import { readJsonBodies } from "./json-body.ts";
import { refuseUnread } from "./unread-request.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; unset on public routes. */
    caller: Principal | null;
  }
  interface FastifyInstance {
    /** Whether there are receipts to lead to. */
    recorded: boolean;
  }
  interface FastifyContextConfig {
    /** Answers without credentials. */
    public?: boolean;
    /** The body, by its name in the document of the API. */
    reads?: NamedBody;
    /** The query, for the document of the API: the route reads it itself. */
    asks?: z.ZodType;
    /** The answer, for the document of the API. */
    answers?: z.ZodType;
  }
}

/** The HTTP server without its routes: who asks, how errors look, what is refused before it costs anything. */
export async function openApp({ config, authenticators, ports, metrics }: GatewayCore): Promise<FastifyInstance> {
  const nameAnswer = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.header("x-request-id", request.id);
    if (config.instance !== undefined) reply.header("caio-instance", config.instance);
  };
  const app = fastify({
    ...logOptions(config, ports.log),
    bodyLimit: config.limits.bodyBytes,
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: 200 },
    // What is refused before there is a route, where no hook runs.
    frameworkErrors: (error, request, reply) => {
      nameAnswer(request, reply);
      void replyWithError(error, request, reply);
    },
    // What is refused before there is a request.
    clientErrorHandler: (error, socket) => { refuseUnread(app, error, { socket, isAnswering: answers.isAnswering(socket) }); },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
  });
  const answers = closeQueued(app);
  drainInTime(app, config.limits.drainMs);
  traceRequests(app, ports.tracing);
  logRequests(app);
  app.setErrorHandler(replyWithError);
  app.setNotFoundHandler(async (request, reply) => {
    const error = new CaioError("NotFound", "No such address. See /docs, or /openapi.json, for those that there are.");
    await reply.code(404).send({ error: error.toJSON(), request_id: request.id });
  });
  readJsonBodies(app);
  app.addContentTypeParser(["application/yaml", "text/yaml", "application/x-yaml", "text/plain"], { parseAs: "string" }, (_request, body, done) => { done(null, body); });
  app.decorateRequest("caller", null);
  app.decorate("recorded", config.record);
  let inFlight = 0;
  app.addHook("onRequest", async (request, reply) => {
    nameAnswer(request, reply);
    if (inFlight >= config.limits.inFlight) throw overloaded();
    inFlight += 1;
    reply.raw.once("close", () => { inFlight -= 1; });
    if (request.routeOptions.config.public === true || request.is404) return;
    request.caller = await authenticate(request.headers.authorization, authenticators, ports.door.now());
  });
  app.addHook("onResponse", (request, reply, done) => {
    metrics.answered(request.method, request.routeOptions.url ?? "none", reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  await app.register(swagger, apiDocument(GATEWAY_VERSION));
  return app;
}

/** Who asks. @throws CaioError `Unauthenticated` on a route that forgot to ask */
export function callerOf({ caller }: FastifyRequest): Principal {
  if (caller === null) throw new CaioError("Unauthenticated", "No credentials. Send Authorization: Bearer followed by an API key.");
  return caller;
}

function overloaded(): CaioError<"Overloaded"> {
  return new CaioError("Overloaded", "The gateway has as many requests in flight as it takes. Try again.", { details: { retry_after_s: 1 } });
}
