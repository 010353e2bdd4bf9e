import type { JsonObject, JsonValue } from "@caio/core";
import type { ServiceCall } from "@caio/contracts";

import { listOf, objectOf } from "./json-object.ts";

/** What a delta may hold beside text, if the answer is to be continued: nothing that cannot be said again as text. */
const PLAIN_MEMBERS: ReadonlySet<string> = new Set(["role", "content"]);

/**
 * The text that an answer consists of so far, if it is nothing but unfinished text of one choice: then it can be continued.
 * Tool calls, refusals and reasoning under way cannot.
 */
export function saidText(deltas: readonly JsonValue[]): string | undefined {
  const texts: string[] = [];
  for (const delta of deltas) {
    const chunk = objectOf(delta);
    if (!Array.isArray(chunk?.["choices"])) return undefined;
    for (const choice of listOf(chunk["choices"])) {
      const text = textOf(objectOf(choice));
      if (text === undefined) return undefined;
      texts.push(text);
    }
  }
  const said = texts.join("");
  return said === "" ? undefined : said;
}

/** The payload of a call that goes on with what was said: the text so far is the last message of the assistant. */
export function resumedPayload(payload: JsonObject, said: string): JsonObject {
  return { ...payload, messages: [...listOf(payload["messages"]), { role: "assistant", content: said }] };
}

/** Whether the call's answer is free text of one choice. What must be of a form (JSON) would be begun anew, not continued. */
export function isContinuable({ payload }: ServiceCall): boolean {
  const body = objectOf(payload);
  const form = objectOf(body?.["response_format"])?.["type"] ?? "text";
  return body !== undefined && Array.isArray(body["messages"]) && (body["n"] ?? 1) === 1 && form === "text";
}

function textOf(choice: JsonObject | undefined): string | undefined {
  const delta = objectOf(choice?.["delta"]);
  if (delta === undefined || (choice?.["index"] ?? 0) !== 0 || typeof choice?.["finish_reason"] === "string") return undefined;
  const other = Object.entries(delta).some(([name, value]) => !PLAIN_MEMBERS.has(name) && value !== null && value !== "");
  const content = delta["content"] ?? "";
  return other || typeof content !== "string" ? undefined : content;
}
