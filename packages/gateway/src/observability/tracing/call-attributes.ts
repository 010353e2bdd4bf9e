import type { ServiceCall, ServiceResult } from "@caio/contracts";
import type { JsonObject, JsonValue } from "@caio/core";

import { names, type Operation } from "./span-names.ts";

export type SpanAttributes = Record<string, string | number | boolean | string[]>;

/** A model's name or a reason to stop that is longer is none. */
const MAX_WORD = 128;
const MAX_CHOICES = 16;

/** What a call is, in the words for generative AI; undefined for one that is none of these. */
function operationOf({ contract, endpoint, payload }: ServiceCall): Operation | undefined {
  const { protocol } = contract.api;
  if (protocol === "mcp") return "execute_tool";
  if (protocol === "a2a") return "invoke_agent";
  const capability = endpoint?.capability ?? "";
  if (/\bembed/.test(capability)) return "embeddings";
  if (/\bchat\b/.test(capability)) return "chat";
  if (!isObject(payload)) return undefined;
  if (payload["messages"] !== undefined) return "chat";
  return protocol === "openai" && payload["input"] !== undefined ? "embeddings" : undefined;
}

/** How a call is shown: what is done, and with what. */
export function callName(call: ServiceCall): string {
  const { contract, endpoint, model } = call;
  return `${operationOf(call) ?? "call"} ${model ?? endpoint?.tool ?? contract.serviceId}`;
}

/** What is known of a call before it is made. Of its payload only what kind of request it is. */
export function callAttributes(call: ServiceCall): SpanAttributes {
  const { contract, endpoint, model, maxOutputTokens, decisionId } = call;
  const { protocol, baseUrl } = contract.api;
  const operation = operationOf(call);
  const provider = contract.metadata.provider ?? (protocol === "openai" ? "openai" : undefined);
  return {
    [names.service]: contract.serviceId,
    [names.decisionId]: decisionId,
    ...(operation === undefined ? {} : { [names.operation]: operation }),
    ...(provider === undefined ? {} : { [names.provider]: provider }),
    ...(model === null ? {} : { [names.requestModel]: model }),
    ...(maxOutputTokens === undefined ? {} : { [names.requestMaxTokens]: maxOutputTokens }),
    ...(protocol === "mcp" && endpoint?.tool !== undefined ? { [names.toolName]: endpoint.tool } : {}),
    ...serverOf(baseUrl),
  };
}

/** What an answer says of itself, never what it says. */
export function answerAttributes({ output, usage }: ServiceResult, finish?: string): SpanAttributes {
  const answer = isObject(output) ? output : {};
  const model = answer["model"];
  const reasons = finishReasons(answer["choices"], finish);
  const { inputTokens, outputTokens } = usage ?? {};
  return {
    ...(isWord(model) ? { [names.responseModel]: model } : {}),
    ...(reasons.length === 0 ? {} : { [names.finishReasons]: reasons }),
    ...(inputTokens === undefined ? {} : { [names.inputTokens]: inputTokens }),
    ...(outputTokens === undefined ? {} : { [names.outputTokens]: outputTokens }),
  };
}

function finishReasons(choices: JsonValue | undefined, finish: string | undefined): string[] {
  const listed = isList(choices) ? choices.slice(0, MAX_CHOICES).map((choice) => (isObject(choice) ? choice["finish_reason"] : null)) : [];
  const words = listed.filter(isWord);
  return words.length > 0 || finish === undefined || !isWord(finish) ? words : [finish];
}

function serverOf(baseUrl: string | undefined): SpanAttributes {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return {};
  const { hostname, port, protocol } = new URL(baseUrl);
  return { [names.serverAddress]: hostname, [names.serverPort]: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}

function isWord(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value !== "" && value.length <= MAX_WORD;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
