import { CaioError } from "@caio/core";
import { candidateModels, refinesType } from "@caio/contracts";
import type { Orchestration } from "@caio/orchestrator";
import { effectiveTypes } from "@caio/registry";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";

import { asCaioError } from "../door/error-reply.ts";
import { statusOf } from "../door/http-status.ts";
import { retryAfter } from "../door/retry-after.ts";
import { shownError } from "../door/shown-error.ts";
import { callerOf } from "../http/app.ts";
import { goneSignal } from "../http/gone-signal.ts";
import { endingError } from "../native/decision-routes.ts";
import { approvalIn, orchestrateApproved } from "../wiring/approvals/with-approval.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { shadowDecision } from "../wiring/shadow.ts";
import { chatBody, embeddingBody, type ChatBody, type EmbeddingBody } from "./chat-body.ts";
import { chatCompletion, embeddingAnswer, modelName, type AnswerFrame } from "./openai-answer.ts";
import { openAiError } from "./openai-error.ts";
import { streamChat } from "./chat-stream.ts";
import { receiptHeaders } from "./receipt-headers.ts";
import { AUTO_MODEL, chatDocument, embeddingDocument } from "./openai-request.ts";

const bodySchema = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { target: "draft-7", io: "input" });

/** The API that clients of OpenAI speak, under `/v1`. */
export function openAiRoutes(app: FastifyInstance, core: GatewayCore): void {
  const { ports } = core;
  void app.register((api, _options, done) => {
    api.setErrorHandler(async (error, request, reply) => {
      const known = asCaioError(error);
      const status = statusOf(known);
      if (status >= 500) request.log.error({ err: known.toJSON() }, "request failed");
      const retry = retryAfter(known);
      if (retry !== undefined) reply.header("retry-after", retry);
      await reply.code(status).send(openAiError(shownError(known)));
    });
    api.post<{ Body: ChatBody }>("/v1/chat/completions", { schema: { summary: "Chat, routed by contract", body: bodySchema(chatBody) } }, async (request, reply) => {
      const document = chatDocument(request.body, request.headers, core.config.limits.tokensPerPart);
      await shadowDecision(core, document, callerOf(request), reply);
      if (request.body.stream === true) {
        await streamChat(core, { document, caller: callerOf(request), reply, ...approvalIn(request.headers, request.body.metadata), usage: request.body.stream_options?.include_usage === true });
        return reply;
      }
      const ended = await orchestrateApproved(core, document, callerOf(request), { signal: goneSignal(reply), ...approvalIn(request.headers, request.body.metadata) });
      const { output, usage, frame } = answered(ended, reply, ports.door.now());
      return chatCompletion(output, usage, frame);
    });
    api.post<{ Body: EmbeddingBody }>("/v1/embeddings", { schema: { summary: "Embeddings, routed by contract", body: bodySchema(embeddingBody) } }, async (request, reply) => {
      const document = embeddingDocument(request.body, request.headers);
      const ended = await orchestrateApproved(core, document, callerOf(request), { signal: goneSignal(reply), ...approvalIn(request.headers, request.body.metadata) });
      const { output, frame } = answered(ended, reply, ports.door.now());
      return embeddingAnswer(output, frame);
    });
    api.get("/v1/models", { schema: { summary: "The models that the caller may name" } }, (request) => ({ object: "list", data: models(core, callerOf(request).tenant) }));
    api.get<{ Params: { "*": string } }>("/v1/models/*", { schema: { summary: "One model" } }, (request) => {
      const found = models(core, callerOf(request).tenant).find(({ id }) => id === request.params["*"]);
      if (found === undefined) throw new CaioError("NotFound", "No such model. List them: GET /v1/models");
      return found;
    });
    done();
  });
}

/** The result, its receipt in the headers. @throws CaioError the error of a refusal or a failure, its decision in the headers too */
function answered(ended: Orchestration, reply: FastifyReply, now: number): Pick<Extract<Orchestration, { kind: "success" }>, "output" | "usage"> & { readonly frame: AnswerFrame } {
  receiptHeaders(reply, ended.decision.decisionId);
  if (ended.kind !== "success") throw endingError(ended);
  const frame = { decision: ended.decision, created: Math.floor(now / 1000) };
  reply.header("caio-service", ended.decision.outcome.selected.service).header("caio-model", modelName(frame));
  return { output: ended.output, usage: ended.usage, frame };
}

interface ModelEntry {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: string;
}

function models({ registry }: GatewayCore, tenant: string): readonly ModelEntry[] {
  const serving = registry.snapshot().view(tenant).services.filter(({ contract }) => effectiveTypes(contract).some((type) => refinesType(type, "inference")));
  const named = serving.flatMap(({ contract }) => candidateModels(contract).flatMap((id) => (id === null ? [] : [{ id, object: "model" as const, created: 0, owned_by: contract.metadata.provider ?? contract.serviceId }])));
  const first = new Map(named.map((entry) => [entry.id, entry]));
  return [{ id: AUTO_MODEL, object: "model", created: 0, owned_by: "caio" }, ...[...first.values()].sort((a, b) => (a.id < b.id ? -1 : 1))];
}
