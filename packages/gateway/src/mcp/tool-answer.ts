import type { CaioError, JsonObject, JsonValue } from "@caio/core";
import type { Orchestration } from "@caio/orchestrator";
import { CallToolResultSchema, type CallToolResult } from "@modelcontextprotocol/sdk/types.js";

import { endingError } from "../native/decision-routes.ts";

/** The answer to a call, whatever came of it; `_meta` says which decision made it, and where its receipt is. */
export function toolAnswer(ended: Orchestration, base: string): CallToolResult {
  const { decisionId } = ended.decision;
  const meta = { "caio/decision-id": decisionId, "caio/receipt": `${base}/api/v1/traces/${decisionId}/bundle` };
  if (ended.kind !== "success") return errorAnswer(endingError(ended), meta);
  return { ...contentOf(ended.output), _meta: { ...meta, "caio/result-digest": ended.resultDigest } };
}

/** A call that was refused or failed, in words for a model to read; code and details are in `_meta`. */
export function errorAnswer(error: CaioError, meta: JsonObject = {}): CallToolResult {
  const decision = meta["caio/decision-id"];
  const text = `${error.code}: ${error.message}${typeof decision === "string" ? ` (decision ${decision})` : ""}`;
  return { content: [{ type: "text", text }], isError: true, _meta: { ...meta, "caio/error": error.toJSON() } };
}

/** Content as its server gave it, if it gave no more than that; else the output as structured content, and as text for those who read only that. */
function contentOf(output: JsonValue): Pick<CallToolResult, "content" | "structuredContent"> {
  if (isObject(output) && Object.keys(output).length === 1 && "content" in output) {
    const given = CallToolResultSchema.safeParse({ content: output["content"] });
    if (given.success) return { content: given.data.content };
  }
  const text = { type: "text" as const, text: typeof output === "string" ? output : JSON.stringify(output) };
  return isObject(output) ? { content: [text], structuredContent: output } : { content: [text] };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
