import { CaioError, type Digest } from "@caio/core";

import type { PolicyEvent } from "./policy-store.ts";

/** A version of a policy, by its number and its content. */
export interface PolicyVersion {
  readonly version: number;
  readonly digest: Digest;
}

/** Which version of a policy must be active for a change of it to be made: one of these, or whichever there is. */
export type ExpectedPolicy = readonly PolicyVersion[] | "any";

/** What a store finds when it is about to change a policy. */
export interface FoundPolicy {
  readonly id: string;
  /** Undefined: there is none. */
  readonly active: PolicyVersion | undefined;
  /** What made it active. */
  readonly lastEvent: PolicyEvent | undefined;
}

/**
 * Whoever changes a policy changes what he has read. A store asks this within the transaction that makes the change, so that nobody comes
 * between the question and the change.
 *
 * @param expected - undefined: whatever there is, or nothing
 * @throws CaioError `PreconditionFailed`; `details.found` says which version is active, and who made it that and when
 */
export function requireExpected(expected: ExpectedPolicy | undefined, { id, active, lastEvent }: FoundPolicy): void {
  if (expected === undefined) return;
  if (active !== undefined && (expected === "any" || expected.some(({ version, digest }) => version === active.version && digest === active.digest))) return;
  const { kind = null, actor = null, at = null } = lastEvent ?? {};
  const found = active === undefined ? null : { version: active.version, digest: active.digest, kind, actor, at };
  const wanted = expected === "any" ? "any version" : expected.length === 0 ? "one that it never had" : expected.map(({ version }) => `version ${String(version)}`).join(" or ");
  const inUse = found === null ? "no version in use" : `version ${String(found.version)} in use${actor === null ? "" : `, which ${actor} put there`}`;
  const message = `Policy ${id}: found ${inUse}, expected ${wanted}. Nothing was changed. Read the policy again, and make the change from what it is now.`;
  throw new CaioError("PreconditionFailed", message, { details: { policy: id, found, expected: expected === "any" ? expected : expected.map(({ version, digest }) => ({ version, digest })) } });
}
