import { CaioError, type Digest, type JsonValue } from "@caio/core";

import { broken, cancelled, late, unexpected, violated } from "../broken-call.ts";
import type { Clock } from "../clock.ts";
import type { EnforcedCall, Enforcement } from "../enforcement.ts";
import { failureOf } from "../failure.ts";
import type { PerCallPromise } from "../promise-of.ts";
import { judgeResult } from "../result/judge-result.ts";
import type { OutputSchemas } from "../schema/output-schemas.ts";
import type { Violation } from "../verdict.ts";
import { readEvent, type ReceivedEnd } from "./read-event.ts";
import { StreamMeter } from "./stream-meter.ts";
import { watchdogOf, type StreamLimits, type StreamSource } from "./stream-limits.ts";
import { TimedSource, type Pulled } from "./timed-source.ts";

const MAX_CHARS = 64 * 1024 * 1024;

/** What a stream is held to. */
export interface StreamTerms {
  readonly call: EnforcedCall;
  readonly promise: PerCallPromise;
  readonly payloadDigest: Digest;
  readonly deadlineUs: number;
  readonly limits: StreamLimits;
  readonly clock: Clock;
  readonly schemas: OutputSchemas;
  /** Aborted when the consumer leaves. */
  readonly abandoned: AbortSignal;
}

/** Gives the deltas of a source as long as they keep the promise, and then how the call ended. */
export async function* heldStream(open: StreamSource, terms: StreamTerms): AsyncGenerator<JsonValue, Enforcement, void> {
  const { call, promise, limits, clock, deadlineUs, abandoned } = terms;
  const source = new TimedSource(open, deadlineUs, clock, [call.signal, abandoned]);
  const meter = new StreamMeter(call, promise);
  const budget = { nodes: 0, text: limits.maxChars ?? MAX_CHARS };
  let whole = false;
  try {
    for (;;) {
      const pulled = await source.pull(watchdogOf(limits, meter.deltas > 0));
      const { latencyUs } = source;
      if (pulled.kind !== "event") return measured(brokenOff(pulled, terms, latencyUs), meter);
      const event = readEvent(pulled.event, budget);
      if ("reason" in event) return measured(violated(call, [event], { latencyUs }), meter);
      if (event.kind === "end") {
        whole = true;
        return ended(event, meter, terms, latencyUs);
      }
      const breach = meter.take(event, latencyUs);
      if (breach !== undefined) return measured(stoppedAtCap(breach, terms, latencyUs), meter);
      yield event.value;
    }
  } catch (error) {
    return measured(broken("error", unexpected(call, error), source.latencyUs), meter);
  } finally {
    source.close({ whole });
  }
}

function ended(end: ReceivedEnd, meter: StreamMeter, { call, promise, payloadDigest, schemas }: StreamTerms, latencyUs: number): Enforcement {
  const { output, usage } = end;
  if (output === undefined && promise.outputSchemaDigest !== null && typeof call.outputSchema === "object") {
    const reason = "The stream ended without the output that its schema is for.";
    const violation = { property: "output_schema", promised: promise.outputSchemaDigest, measured: "nothing", reason };
    return measured(violated(call, [violation], { latencyUs }), meter);
  }
  const result = { output: output ?? null, usage, resultDigest: meter.digest() };
  return { ...judgeResult({ call, promise, result, latencyUs, payloadDigest }, schemas), stream: meter.measurement(usage) };
}

/** A stream that ended from outside, or that its source left unfinished. */
function brokenOff(pulled: Exclude<Pulled, { kind: "event" }>, { call, deadlineUs }: StreamTerms, latencyUs: number): Enforcement {
  switch (pulled.kind) {
    case "cancelled":
      return broken("cancelled", cancelled(call), latencyUs);
    case "stopped":
      return broken("error", cut(call), latencyUs);
    case "failed": {
      const { status, error } = failureOf(pulled.error, call);
      return broken(status, error, latencyUs);
    }
    case "late":
      // The service was in time; its consumer did not take the answer.
      if (pulled.waitingFor === "consumer") return broken("cancelled", notTaken(call, deadlineUs), latencyUs);
      return late(call, pulled.property, pulled.limitUs, latencyUs);
  }
}

function stoppedAtCap(breach: Violation, { call }: StreamTerms, latencyUs: number): Enforcement {
  const cost = breach.property === "cost_cap_micros" && typeof breach.measured === "number" ? { costMicros: breach.measured } : {};
  return violated(call, [breach], { latencyUs, ...cost });
}

/** With what was counted; a stream that broke off still says what it gave. */
function measured(enforcement: Enforcement, meter: StreamMeter): Enforcement {
  const given = meter.deltas === 0 ? {} : { resultDigest: meter.digest() };
  return { ...enforcement, ...given, stream: meter.measurement() };
}

function cut({ service }: EnforcedCall): CaioError<"ExecutionFailed"> {
  return new CaioError("ExecutionFailed", `Service ${service} stopped in the middle of its answer, without an end.`, {
    details: { service, reason: "cut" },
  });
}

function notTaken({ service }: EnforcedCall, deadlineUs: number): CaioError<"DeadlineExceeded"> {
  return new CaioError("DeadlineExceeded", `The answer of ${service} was not taken within ${String(deadlineUs)} µs.`, {
    details: { service, deadline_us: deadlineUs },
  });
}
