import type { JsonValue } from "@caio/core";

import type { RequestSize } from "../request.ts";
import type { ServiceContract } from "../service-contract.ts";
import type { EffectiveContract } from "./effective-contract.ts";
import type { MatchingFailure } from "./matching-failure.ts";

/** Where what the request brings is more than the pair accepts (calculus §2, `assumptions`). */
export function* assumptionFailures(
  contract: ServiceContract,
  effective: EffectiveContract,
  size: RequestSize,
  mediaType: string | undefined,
): Generator<MatchingFailure> {
  const { contextLength, maxBytes, mediaTypes } = contract.constraints;
  const limit = effective.contextTokens ?? contextLength?.maxTokens;
  const tokens = (size.inputTokens ?? 0) + (outputTokens(size, effective) ?? 0);
  if (limit !== undefined && tokens > limit) yield failure("size.tokens", limit, tokens);
  const bytes = size.bytes;
  if (maxBytes !== undefined && bytes !== undefined && bytes > maxBytes) yield failure("size.bytes", maxBytes, bytes);
  if (mediaTypes !== undefined && mediaType !== undefined && !mediaTypes.includes(mediaType)) {
    yield failure("data.media_type", mediaTypes, mediaType);
  }
}

/** The smaller of the request's and the model's limit; undefined where neither says one. */
export function outputTokens(size: RequestSize, effective: EffectiveContract): number | undefined {
  const said = [size.maxOutputTokens, effective.maxOutputTokens].filter((limit) => limit !== undefined);
  return said.length === 0 ? undefined : Math.min(...said);
}

/** `found` is what the contract accepts, `expected` what the request brings. */
function failure(path: string, found: JsonValue, expected: JsonValue): MatchingFailure {
  return { clause: "assumptions", path, found, expected };
}
