import type { JsonObject, JsonValue } from "@caio/core";
import type { ChosenDecision } from "@caio/orchestrator";

/** Whose answer it is. */
export interface AnswerFrame {
  readonly decision: ChosenDecision;
  /** Seconds since 1970. */
  readonly created: number;
}

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The output of a service as a chat completion: one that is one already passes, any other is put into its message. */
export function chatCompletion(output: JsonValue, usage: { readonly inputTokens?: number; readonly outputTokens?: number } | undefined, frame: AnswerFrame): JsonObject {
  const own = { id: answerId(frame), created: frame.created, model: modelName(frame) };
  if (isObject(output) && Array.isArray(output["choices"])) return { ...output, object: "chat.completion", ...own };
  const [input, out] = [usage?.inputTokens ?? 0, usage?.outputTokens ?? 0];
  return {
    ...own,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: textOf(output) }, finish_reason: "stop", logprobs: null }],
    usage: { prompt_tokens: input, completion_tokens: out, total_tokens: input + out },
  };
}

/** A delta of a service as a chunk. */
export function chatChunk(value: JsonValue, frame: AnswerFrame): JsonObject {
  const own = { id: answerId(frame), object: "chat.completion.chunk", created: frame.created, model: modelName(frame) };
  const given = isObject(value) ? value["choices"] : undefined;
  if (isObject(value) && isList(given)) {
    // A service that answers whole gives one delta, which is a completion: its messages are the deltas.
    const choices = given.map((choice) => (isObject(choice) && "message" in choice ? deltaOf(choice) : choice));
    return { ...value, ...own, choices };
  }
  return { ...own, choices: [{ index: 0, delta: { role: "assistant", content: textOf(value) }, finish_reason: "stop" }] };
}

/** An embedding answer; the model is the one that was chosen. */
export function embeddingAnswer(output: JsonValue, frame: AnswerFrame): JsonObject {
  return isObject(output) ? { object: "list", ...output, model: modelName(frame) } : { object: "list", data: output, model: modelName(frame) };
}

function deltaOf({ message, ...rest }: JsonObject): JsonObject {
  return { ...rest, delta: message ?? {} };
}

function textOf(output: JsonValue): string {
  if (typeof output === "string") return output;
  const text = isObject(output) ? output["text"] : undefined;
  return typeof text === "string" ? text : JSON.stringify(output);
}

function answerId({ decision }: AnswerFrame): string {
  return `chatcmpl-${decision.decisionId.slice(0, 24)}`;
}

/** The chosen model, else the service. */
export function modelName({ decision }: AnswerFrame): string {
  const { service, model } = decision.outcome.selected;
  return model ?? service;
}
