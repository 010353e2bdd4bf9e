import type { FastifyInstance } from "fastify";

import type { GatewayCore } from "../wiring/gateway-core.ts";
import type { AnswerMessage } from "./mcp-answers.ts";

/**
 * MCP over streamable HTTP at `/mcp`, without sessions: every POST stands for itself and is answered with JSON. There is nothing to say unasked and no
 * session to end, so GET and DELETE are answered with 405, as the protocol has it.
 */
export function mcpRoutes(app: FastifyInstance, core: GatewayCore): void {
  // The SDK is loaded by the first message: no start waits for a protocol that many gateways never speak.
  let answers: Promise<AnswerMessage> | undefined;
  app.post("/mcp", { config: { reads: "JsonRpc" }, schema: { summary: "Model Context Protocol: the tools of all MCP services, each call routed and traced" } }, async (request, reply) => {
    answers ??= import("./mcp-answers.ts").then(({ mcpAnswers }) => mcpAnswers(core));
    const answer = await (await answers)(request, reply);
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
