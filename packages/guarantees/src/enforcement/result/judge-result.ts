import type { Digest } from "@caio/core";

import { broken, unexpected, violated } from "../broken-call.ts";
import type { EnforcedCall, Enforcement } from "../enforcement.ts";
import type { PerCallPromise } from "../promise-of.ts";
import type { OutputSchemas } from "../schema/output-schemas.ts";
import { checkResult } from "./check-result.ts";
import type { ReceivedResult } from "./read-result.ts";

/** A call that gave a result. */
export interface Answered {
  readonly call: EnforcedCall;
  readonly promise: PerCallPromise;
  readonly result: ReceivedResult;
  readonly latencyUs: number;
  /** Of the payload before it was sent. */
  readonly payloadDigest: Digest;
}

/** How a call ended whose result is at hand: a success only if it kept every part of its promise. Never throws. */
export function judgeResult({ call, promise, result, latencyUs, payloadDigest }: Answered, schemas: OutputSchemas): Enforcement {
  const { output, usage, resultDigest } = result;
  try {
    const costMicros = call.costOf?.(usage, latencyUs);
    const verdict = checkResult({ call, promise, result, costMicros, payloadDigest }, schemas);
    const measured = { latencyUs, resultDigest, ...(costMicros === undefined ? {} : { costMicros }) };
    if (verdict.holds) return { status: "success", output, usage, verdict, ...measured };
    return violated(call, verdict.violations, measured);
  } catch (error) {
    return broken("error", unexpected(call, error), latencyUs);
  }
}
