import { canonicalJson, fromHex, hmacSha256, isDigest, toHex, type Digest, type JsonValue } from "@caio/core";
import type { Principal } from "@caio/contracts";
import { callerDigest } from "@caio/orchestrator";
import type { FeedbackAspect, FeedbackKind } from "@caio/traceability";

/** What a caller says of a decision, as it was read. */
export interface GivenFeedback {
  readonly kind: FeedbackKind;
  /** 0 … 1 000 000; null: abstains. */
  readonly scoreMicros: number | null;
  readonly aspect: FeedbackAspect;
  readonly attempt?: number | undefined;
  /** The id of the judge that the caller speaks for. */
  readonly judge?: string | undefined;
  /** By what the caller will know it again. */
  readonly name?: string | undefined;
  /** When it was said, milliseconds since 1970-01-01T00:00:00Z; absent: when it came. */
  readonly at?: number | undefined;
}

/** What stands in the log in the place of what a caller wrote. */
export interface FeedbackDigests {
  readonly source: Digest;
  readonly name: Digest | null;
  readonly content: Digest;
}

/**
 * Source, name and content as digests under the decision's key, so that nobody who reads the log can guess them, and one source is another at
 * every decision. Once the key was erased they are under a key that is made of `unkeyed` and the decision's id: still not to be guessed, and
 * what was said before is known again only where and while `unkeyed` is the same.
 *
 * @param unkeyed - 32 secret bytes in hex that are written nowhere
 */
export function digestsOf(given: GivenFeedback, caller: Principal, decision: { readonly id: Digest; readonly key: Digest | undefined }, unkeyed: string): FeedbackDigests {
  const key = isDigest(decision.key) ? decision.key : toHex(hmacSha256(fromHex(unkeyed), `caio/v1/feedback/unkeyed\0${decision.id}`));
  const under = (label: string, value: readonly JsonValue[]): Digest => toHex(hmacSha256(fromHex(key), `caio/v1/feedback/${label}\0${canonicalJson(value)}`));
  const { name, judge, kind, scoreMicros, aspect, attempt, at } = given;
  const source = under("source", [callerDigest(key, caller), judge ?? null]);
  return { source, name: name === undefined ? null : under("name", [source, name]), content: under("content", [kind, scoreMicros, aspect, attempt ?? null, at ?? null, judge ?? null]) };
}
