import type { JsonValue } from "@caio/core";
import type { ServiceResult } from "@caio/contracts";

import { countOf, objectOf } from "./json-object.ts";

/** The counts of a `usage` object; undefined if it says none. */
export function usageOf(value: JsonValue | undefined): ServiceResult["usage"] {
  const usage = objectOf(value);
  const inputTokens = countOf(usage?.["prompt_tokens"]);
  // Embeddings have no completion: nothing was put out.
  const outputTokens = countOf(usage?.["completion_tokens"]) ?? (inputTokens === undefined ? undefined : 0);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { ...(inputTokens === undefined ? {} : { inputTokens }), ...(outputTokens === undefined ? {} : { outputTokens }) };
}
