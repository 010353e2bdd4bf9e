import type { FastifyInstance } from "fastify";

import type { GatewayCore } from "../wiring/gateway-core.ts";
import type { A2aAnswers } from "./a2a-answers.ts";

/**
 * Agent2Agent: the card under its well-known address, and JSON-RPC at `/a2a` in the versions 1.0 and 0.3, told apart by their method names
 * (`SendMessage`, `message/send`).
 */
export function a2aRoutes(app: FastifyInstance, core: GatewayCore): void {
  // The SDK is loaded by the first visitor: no start waits for a protocol that many gateways never speak.
  let loaded: Promise<A2aAnswers> | undefined;
  const answers = (): Promise<A2aAnswers> => (loaded ??= import("./a2a-answers.ts").then(({ a2aAnswers }) => a2aAnswers(core)));
  app.get("/.well-known/agent-card.json", { config: { public: true }, schema: { summary: "The agent card: what is public, or what the caller may see" } }, async (request, reply) => (await answers()).card(request, reply));
  app.post("/a2a", { config: { reads: "JsonRpc" }, schema: { summary: "Agent2Agent, JSON-RPC: messages routed by contract" } }, async (request, reply) => (await answers()).message(request, reply));
}
