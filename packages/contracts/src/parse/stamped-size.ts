import { rememberedJson } from "@caio/core";

import type { RequestDocument, RequestSize } from "../request.ts";

/**
 * The size that the door stamps (calculus §2): bytes are the larger of the declared and the payload's UTF-8 length, input
 * tokens the larger of the declared and those bytes, since a payload cannot be counted here and a token is at least a byte.
 * A text counts as its own bytes, anything else as its canonical JSON.
 *
 * @throws CaioError `NotCanonical` for a payload that is no JSON; one that was parsed never is
 */
export function stampedSize(document: RequestDocument): RequestSize {
  const { size } = document;
  const { payload } = document.data;
  if (payload === undefined) return size;
  const atHand = Buffer.byteLength(typeof payload === "string" ? payload : rememberedJson(payload));
  return { ...size, bytes: Math.max(size.bytes ?? 0, atHand), inputTokens: Math.max(size.inputTokens ?? 0, atHand) };
}
