import { CaioError, digest, type Digest } from "@caio/core";

import type { EnforcedCall } from "../enforcement.ts";
import type { PerCallPromise } from "../promise-of.ts";
import type { ReceivedResult } from "./read-result.ts";
import type { OutputSchemas } from "../schema/output-schemas.ts";
import { verdictOf, type Verdict, type Violation } from "../verdict.ts";

/** A result under test against its promise. */
export interface ResultCheck {
  readonly call: EnforcedCall;
  readonly promise: PerCallPromise;
  readonly result: ReceivedResult;
  readonly costMicros: number | undefined;
  /** Of the payload before it was sent. */
  readonly payloadDigest: Digest;
}

/** Holds a result against the per-call part of γ: integrity, output schema, tokens, cost. All violations, in this order. */
export function checkResult(check: ResultCheck, schemas: OutputSchemas): Verdict {
  const { call, promise, result, costMicros } = check;
  const violations: Violation[] = [];
  const unmeasured: string[] = [];
  if (payloadDigestOf(call) !== check.payloadDigest) {
    const reason = "The payload was changed during the call.";
    violations.push({ property: "integrity", promised: "unchanged", measured: "changed", reason });
  }
  if (typeof call.outputSchema === "string") unmeasured.push("output_schema");
  const breach = schemaBreach(check, schemas);
  if (breach !== undefined) {
    const reason = "The output does not satisfy its schema.";
    violations.push({ property: "output_schema", promised: promise.outputSchemaDigest, measured: breach, reason });
  }
  const caps = [
    { property: "max_output_tokens", cap: promise.maxOutputTokens, measured: result.usage?.outputTokens },
    { property: "cost_cap_micros", cap: promise.costCapMicros, measured: costMicros },
  ];
  for (const { property, cap, measured } of caps) {
    if (cap === null) continue;
    if (measured === undefined) unmeasured.push(property);
    else if (measured > cap) {
      const reason = `Measured ${String(measured)}, promised at most ${String(cap)}.`;
      violations.push({ property, promised: cap, measured, reason });
    }
  }
  return verdictOf(violations, unmeasured);
}

/** The digest of the payload as it is now; null if it is no longer JSON. */
export function payloadDigestOf({ payload }: EnforcedCall): Digest | null {
  try {
    return digest(payload);
  } catch {
    return null;
  }
}

/** Makes sure that the schema given is the one promised. @throws CaioError `InvalidContract` */
export function requirePromisedSchema({ outputSchema }: EnforcedCall, promise: PerCallPromise): void {
  const promised = promise.outputSchemaDigest;
  if (promised === null || (outputSchema !== undefined && digest(outputSchema) === promised)) return;
  throw new CaioError("InvalidContract", "The output schema at hand is not the one promised. Pass the schema the promise was made from.", {
    details: { path: "output_schema", expected: promised },
  });
}

function schemaBreach({ call, promise, result }: ResultCheck, schemas: OutputSchemas): string | undefined {
  const { outputSchema } = call;
  if (promise.outputSchemaDigest === null || typeof outputSchema !== "object") return undefined;
  return schemas.check(outputSchema, result.output);
}
