import { CaioError } from "@caio/core";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { FastifyReply, FastifyRequest } from "fastify";

import { callerOf } from "../http/app.ts";
import { goneSignal } from "../http/gone-signal.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { ArgumentCheck } from "./argument-check.ts";
import { mcpServer, type McpFace } from "./mcp-server.ts";
import { ToolCatalogue } from "./tool-catalogue.ts";

/** Answers a message of the protocol. */
export type AnswerMessage = (request: FastifyRequest, reply: FastifyReply) => Promise<Response>;

/** The protocol over these parts, with the SDK that speaks it. */
export function mcpAnswers(core: GatewayCore): AnswerMessage {
  const face: McpFace = { core, catalogue: new ToolCatalogue(core.ports), checks: new ArgumentCheck() };
  return (request, reply) => answered(face, request, reply);
}

async function answered(face: McpFace, request: FastifyRequest, reply: FastifyReply): Promise<Response> {
  if (Array.isArray(request.body)) throw new CaioError("InvalidRequest", "Batches are no part of the protocol any more. Send one message at a time.");
  const base = `${request.protocol}://${request.host}`;
  const server = mcpServer(face, {
    caller: callerOf(request),
    base,
    onLeftOut: (service, reason) => { request.log.warn({ service, reason }, "tools left out"); },
  });
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  // A caller who leaves ends the call. The transport never settles an answer that is closed under it, so that is done here.
  const left = new Promise<Response>((resolve) => {
    goneSignal(reply).addEventListener("abort", () => { resolve(new Response(null, { status: 499 })); }, { once: true });
  });
  try {
    await server.connect(transport);
    const url = URL.canParse("/mcp", base) ? new URL("/mcp", base) : new URL("http://localhost/mcp");
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] => (typeof value === "string" ? [[name, value]] : []));
    const whole = transport.handleRequest(new Request(url, { method: "POST", headers }), { parsedBody: request.body ?? null });
    return await Promise.race([whole, left]);
  } finally {
    await server.close();
  }
}
