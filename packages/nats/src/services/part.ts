import type { JsonObject, JsonValue } from "@caio/core";
import type { ServiceResult } from "@caio/contracts";
import type { ExecutorErrorCode } from "@caio/contracts/executor";

/** One message of an answer. All but `beat` are counted from 1; a `beat` repeats the number of the last one. */
export type Part = { readonly seq: number } & (
  | { readonly part: "delta"; readonly value: JsonValue; readonly outputTokens?: number }
  | { readonly part: "end"; readonly finish: string; readonly output?: JsonValue; readonly usage?: ServiceResult["usage"] }
  | { readonly part: "result"; readonly output: JsonValue; readonly usage?: ServiceResult["usage"] }
  | { readonly part: "error"; readonly code: ExecutorErrorCode; readonly remoteCode?: string }
  | { readonly part: "beat" }
);

const CODES: ReadonlySet<unknown> = new Set<ExecutorErrorCode>(["DeadlineExceeded", "ExecutionFailed", "ServiceUnavailable"]);

export function partText(part: Part): string {
  const { seq } = part;
  switch (part.part) {
    case "delta":
      return JSON.stringify({ seq, part: "delta", value: part.value, output_tokens: part.outputTokens });
    case "end":
      return JSON.stringify({ seq, part: "end", finish: part.finish, output: part.output, usage: usageText(part.usage) });
    case "result":
      return JSON.stringify({ seq, part: "result", output: part.output, usage: usageText(part.usage) });
    case "error":
      return JSON.stringify({ seq, part: "error", code: part.code, remote_code: part.remoteCode });
    case "beat":
      return JSON.stringify({ seq, part: "beat" });
  }
}

/** The part that a text is; undefined if it is none. Values in it are as JSON gave them. */
export function parsePart(text: string): Part | undefined {
  const value = objectOf(text);
  if (value === undefined || !isCount(value["seq"])) return undefined;
  const { seq, part, finish, output, code, remote_code: remoteCode } = value as JsonObject & { seq: number };
  const usage = usageOf(value["usage"]);
  const more = usage === undefined ? {} : { usage };
  switch (part) {
    case "delta": {
      const { value: said, output_tokens: outputTokens } = value;
      return said === undefined ? undefined : { seq, part, value: said, ...(isCount(outputTokens) ? { outputTokens } : {}) };
    }
    case "end":
      return typeof finish === "string" && finish.length <= 64 ? { seq, part, finish, ...(output === undefined ? {} : { output }), ...more } : undefined;
    case "result":
      return output === undefined ? undefined : { seq, part, output, ...more };
    case "error": {
      if (!isCode(code)) return undefined;
      const known = typeof remoteCode === "string" && /^[A-Za-z_]{1,64}$/.test(remoteCode);
      return { seq, part, code, ...(known ? { remoteCode } : {}) };
    }
    case "beat":
      return { seq, part };
    default:
      return undefined;
  }
}

function usageText(usage: ServiceResult["usage"]): object | undefined {
  return usage === undefined ? undefined : { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens };
}

function usageOf(value: JsonValue | undefined): ServiceResult["usage"] {
  if (!isObject(value)) return undefined;
  const { input_tokens: inputTokens, output_tokens: outputTokens } = value;
  if (!isCount(inputTokens) && !isCount(outputTokens)) return undefined;
  return { ...(isCount(inputTokens) ? { inputTokens } : {}), ...(isCount(outputTokens) ? { outputTokens } : {}) };
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCode(value: JsonValue | undefined): value is ExecutorErrorCode {
  return CODES.has(value);
}
