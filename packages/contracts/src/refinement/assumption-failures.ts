import type { JsonValue } from "@caio/core";

import type { RequestSize } from "../request.ts";
import type { ServiceContract } from "../service-contract.ts";
import type { EffectiveContract } from "./effective-contract.ts";
import type { MatchingFailure } from "./matching-failure.ts";

const NO_FAILURES: readonly MatchingFailure[] = [];

/** Where what the request brings is more than the pair accepts (calculus §2, `assumptions`). */
export function assumptionFailures(
  contract: ServiceContract,
  effective: EffectiveContract,
  size: RequestSize,
  mediaType: string | undefined,
): readonly MatchingFailure[] {
  let failures: readonly MatchingFailure[] = NO_FAILURES;
  const { contextLength, maxBytes, mediaTypes } = contract.constraints;
  const limit = effective.contextTokens ?? contextLength?.maxTokens;
  const tokens = (size.inputTokens ?? 0) + (outputTokens(size, effective) ?? 0);
  if (limit !== undefined && tokens > limit) failures = [...failures, failure("size.tokens", limit, tokens)];
  const bytes = size.bytes;
  if (maxBytes !== undefined && bytes !== undefined && bytes > maxBytes) failures = [...failures, failure("size.bytes", maxBytes, bytes)];
  if (mediaTypes !== undefined && mediaType !== undefined && !mediaTypes.includes(mediaType)) {
    failures = [...failures, failure("data.media_type", mediaTypes, mediaType)];
  }
  return failures;
}

/** The smaller of the request's and the model's limit; undefined where neither says one. */
export function outputTokens(size: RequestSize, effective: EffectiveContract): number | undefined {
  const { maxOutputTokens: asked } = size;
  const { maxOutputTokens: given } = effective;
  return asked === undefined || given === undefined ? (asked ?? given) : Math.min(asked, given);
}

/** `found` is what the contract accepts, `expected` what the request brings. */
function failure(path: string, found: JsonValue, expected: JsonValue): MatchingFailure {
  return { clause: "assumptions", path, found, expected };
}
