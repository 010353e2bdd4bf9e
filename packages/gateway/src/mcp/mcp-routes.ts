import { CaioError } from "@caio/core";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { callerOf } from "../http/app.ts";
import { goneSignal } from "../http/gone-signal.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { ArgumentCheck } from "./argument-check.ts";
import { mcpServer, type McpFace } from "./mcp-server.ts";
import { ToolCatalogue } from "./tool-catalogue.ts";

/**
 * MCP over streamable HTTP at `/mcp`, without sessions: every POST stands for itself and is answered with JSON. There is nothing to say unasked and no
 * session to end, so GET and DELETE are answered with 405, as the protocol has it.
 */
export function mcpRoutes(app: FastifyInstance, core: GatewayCore): void {
  const face: McpFace = { core, catalogue: new ToolCatalogue(core.ports), checks: new ArgumentCheck() };
  app.post("/mcp", { config: { reads: "JsonRpc" }, schema: { summary: "Model Context Protocol: the tools of all MCP services, each call routed and traced" } }, async (request, reply) => {
    const answer = await answered(face, request, reply);
    // The answer of a call that nobody waits for any more is an empty one.
    const text = await answer.text();
    return reply.code(answer.status).headers(Object.fromEntries(answer.headers)).send(text);
  });
  for (const method of ["GET", "DELETE"] as const) {
    app.route({ method, url: "/mcp", schema: { hide: true }, handler: async (_request, reply) => {
      const error = { code: -32_000, message: "This endpoint has no sessions and says nothing unasked. Use POST." };
      await reply.code(405).header("allow", "POST").send({ jsonrpc: "2.0", error, id: null });
    } });
  }
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
