import { A2A_VERSION_HEADER } from "@a2a-js/sdk";
import { LegacyJsonRpcTransportHandler } from "@a2a-js/sdk/compat/v0_3/server";
import { JsonRpcTransportHandler, ServerCallContext, validateVersion } from "@a2a-js/sdk/server";
import { CaioError } from "@caio/core";
import type { FastifyReply, FastifyRequest } from "fastify";

import { authenticate } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { goneSignal } from "../http/gone-signal.ts";
import { SseWriter } from "../http/sse-writer.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { A2aVisit } from "./a2a-visit.ts";
import { agentCard, cardJson } from "./agent-card.ts";
import { FinishedTasks } from "./finished-tasks.ts";

/** A tenant that no key has: of it only services that all tenants share are seen. */
const NO_TENANT = "";

type Answer = Awaited<ReturnType<JsonRpcTransportHandler["handle"]>>;

/** What answers the two addresses of the protocol. */
export interface A2aAnswers {
  card(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  message(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}

/** The protocol over these parts, with the SDK that speaks it. */
export function a2aAnswers(core: GatewayCore): A2aAnswers {
  const tasks = new FinishedTasks();
  return {
    card: async (request, reply) => {
      const { services } = core.registry.snapshot().view(await tenantOf(core, request));
      const seen = request.headers.authorization === undefined ? services.filter(({ contract }) => contract.access.public) : services;
      return reply.header("vary", `authorization, ${A2A_VERSION_HEADER}`).header("cache-control", "no-cache").send(cardJson(agentCard(seen, baseOf(request)), versionOf(request)));
    },
    message: async (request, reply) => {
      const { body } = request;
      if (typeof body !== "object" || body === null || Array.isArray(body)) throw new CaioError("InvalidRequest", "The body is no JSON-RPC request. Send one object.");
      const visit = new A2aVisit({ core, tasks, caller: callerOf(request), base: baseOf(request), signal: goneSignal(reply) });
      await sendAnswer(await answered(visit, body as Record<string, unknown>, versionOf(request)), body, reply);
      return reply;
    },
  };
}

async function answered(visit: A2aVisit, body: Record<string, unknown>, version: string | undefined): Promise<Answer> {
  const { method } = body;
  const legacy = typeof method === "string" && method.includes("/");
  try {
    if (version !== undefined) validateVersion(version, await visit.getAgentCard(), "JSONRPC");
    const context = new ServerCallContext({ requestedVersion: legacy ? "0.3" : "1.0" });
    return legacy ? ((await new LegacyJsonRpcTransportHandler(visit).handle(body, context))) : await new JsonRpcTransportHandler(visit).handle(body, context);
  } catch (error) {
    return failure(body, error);
  }
}

/** One response, or a stream of them. A fault before the first is a plain response. */
async function sendAnswer(answer: Answer, body: object, reply: FastifyReply): Promise<void> {
  if (!(Symbol.asyncIterator in answer)) {
    await reply.send(answer);
    return;
  }
  let writer: SseWriter | undefined;
  try {
    for await (const response of answer) {
      writer ??= SseWriter.open(reply);
      await writer.send(response);
    }
    await (writer ?? SseWriter.open(reply)).end();
  } catch (error) {
    if (writer === undefined) {
      await reply.send(failure(body, error));
      return;
    }
    await writer.send(failure(body, error));
    await writer.end();
  }
}

function failure(body: object, error: unknown): Exclude<Answer, AsyncGenerator> {
  const id = "id" in body && (typeof body.id === "string" || typeof body.id === "number") ? body.id : null;
  return { jsonrpc: "2.0", id, error: JsonRpcTransportHandler.mapToJSONRPCError(error) };
}

async function tenantOf({ authenticators, ports }: GatewayCore, { headers }: FastifyRequest): Promise<string> {
  if (headers.authorization === undefined) return NO_TENANT;
  return (await authenticate(headers.authorization, authenticators, ports.door.now())).tenant;
}

function versionOf({ headers }: FastifyRequest): string | undefined {
  const version = headers[A2A_VERSION_HEADER.toLowerCase()];
  return typeof version === "string" && version.trim() !== "" ? version.trim() : undefined;
}

function baseOf({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host}`;
}
