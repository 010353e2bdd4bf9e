import type { Part } from "@a2a-js/sdk";
import { ContentTypeNotSupportedError } from "@a2a-js/sdk/errors";
import type { JsonObject, JsonValue } from "@caio/core";

/** The texts of a message, joined, and its data in order. */
export interface MessageContent {
  readonly text: string;
  readonly data: readonly unknown[];
}

/** @throws ContentTypeNotSupportedError for files: no service behind takes them */
export function contentOf(parts: readonly Part[]): MessageContent {
  const texts: string[] = [];
  const data: unknown[] = [];
  for (const { content } of parts) {
    if (content?.$case === "text") texts.push(content.value);
    else if (content?.$case === "data") data.push(content.value);
    else throw new ContentTypeNotSupportedError("Parts are text or data here. Send files as data, or by address in a text.");
  }
  return { text: texts.join("\n"), data };
}

/**
 * The output of a service as parts: a text, an output that has a text and nothing else but data, and the message of a chat completion become text;
 * all else is data.
 */
export function partsOf(output: JsonValue): Part[] {
  if (typeof output === "string") return [textPart(output)];
  if (!isObject(output)) return [dataPart(output)];
  const said = chatText(output);
  if (said !== undefined) return [textPart(said)];
  const { text, data, ...rest } = output;
  if (Object.keys(rest).length > 0 || (text !== undefined && typeof text !== "string")) return [dataPart(output)];
  if (data !== undefined && !isList(data)) return [dataPart(output)];
  const parts = [...(text === undefined ? [] : [textPart(text)]), ...(data ?? []).map(dataPart)];
  return parts.length === 0 ? [dataPart(output)] : parts;
}

/** What a chat completion, or a chunk of one, says; undefined for what is neither. */
function chatText({ choices }: JsonObject): string | undefined {
  if (!isList(choices)) return undefined;
  const [first] = choices;
  const { message, delta } = first !== undefined && isObject(first) ? first : {};
  const said = message ?? delta;
  if (said === undefined || !isObject(said) || "tool_calls" in said) return first === undefined ? "" : undefined;
  const { content } = said;
  return typeof content === "string" ? content : content === null || content === undefined ? "" : undefined;
}

export function textPart(text: string): Part {
  return { content: { $case: "text", value: text }, metadata: undefined, filename: "", mediaType: "text/plain" };
}

function dataPart(value: JsonValue): Part {
  return { content: { $case: "data", value }, metadata: undefined, filename: "", mediaType: "application/json" };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
