import { AsyncLocalStorage } from "node:async_hooks";

import type { ServiceCall } from "@caio/contracts";
import type { Attempt, DecidedRequest } from "@caio/orchestrator";
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span, type Tracer } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";

import { answerAttributes, callAttributes, callName } from "./call-attributes.ts";
import { names } from "./span-names.ts";
import type { CallSpan, IncomingRequest, RequestSpan, Tracing } from "./tracing.ts";

/** The request that is being worked on. */
interface Work {
  readonly context: Context;
  readonly span: Span;
  /** When the step before ended, milliseconds. */
  since: number;
}

const propagator = new W3CTraceContextPropagator();

/** Traces over a tracer of OpenTelemetry. Nothing global is set: two gateways in one process do not meet. */
export class OtelTracing implements Tracing {
  readonly #tracer: Tracer;
  readonly #close: () => Promise<void>;
  readonly #working = new AsyncLocalStorage<Work>();

  constructor(tracer: Tracer, close: () => Promise<void>) {
    this.#tracer = tracer;
    this.#close = close;
  }

  incoming({ method, route, traceparent, tracestate }: IncomingRequest): RequestSpan {
    const parent = propagator.extract(ROOT_CONTEXT, { traceparent, tracestate }, defaultTextMapGetter);
    const span = this.#tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes: { [names.method]: method, [names.route]: route } }, parent);
    const work: Work = { context: trace.setSpan(parent, span), span, since: Date.now() };
    return {
      traceId: span.spanContext().traceId,
      run: (rest) => {
        work.since = Date.now();
        this.#working.run(work, rest);
      },
      end: (status) => {
        span.setAttribute(names.status, status);
        if (status >= 500) span.setAttribute(names.errorType, String(status)).setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  decided({ request, decision }: DecidedRequest, decidingUs: number): void {
    const work = this.#working.getStore();
    if (work === undefined) return;
    const { decisionId, verdicts } = decision;
    const parent = request.lineage?.parent;
    const { service, model } = decision.kind === "chosen" ? decision.outcome.selected : { service: undefined, model: null };
    const attributes = {
      [names.decisionId]: decisionId,
      [names.outcome]: decision.kind === "chosen" ? "chosen" : decision.code,
      [names.candidates]: verdicts.length,
      [names.admitted]: verdicts.filter(({ step }) => step === 0).length,
      [names.decidingUs]: Math.round(decidingUs),
      ...(parent === undefined ? {} : { [names.parentId]: parent }),
      ...(service === undefined ? {} : { [names.service]: service }),
      ...(model === null ? {} : { [names.requestModel]: model }),
    };
    this.#step(work, "decide", attributes);
    work.span.setAttribute(names.decisionId, decisionId);
  }

  calling(call: ServiceCall): CallSpan | undefined {
    const work = this.#working.getStore();
    if (work === undefined) return undefined;
    const span = this.#tracer.startSpan(callName(call), { kind: SpanKind.CLIENT, attributes: callAttributes(call) }, work.context);
    const carrier: { traceparent?: string; tracestate?: string } = {};
    propagator.inject(trace.setSpan(work.context, span), carrier, defaultTextMapSetter);
    const end = (): void => {
      span.end();
      work.since = Date.now();
    };
    return {
      context: { ...carrier, traceparent: carrier.traceparent ?? "" },
      firstDelta: () => { span.addEvent("first_delta"); },
      succeeded: (result, finish) => {
        if (!span.isRecording()) return;
        span.setAttributes(answerAttributes(result, finish));
        end();
      },
      failed: (code) => {
        if (!span.isRecording()) return;
        span.setAttribute(names.errorType, code).setStatus({ code: SpanStatusCode.ERROR });
        end();
      },
    };
  }

  ended({ attempt, decision, enforcement, sent }: Attempt): void {
    const work = this.#working.getStore();
    if (work === undefined) return;
    const { service, model } = decision.outcome.selected;
    const { status, costMicros, latencyUs } = enforcement;
    const violations = enforcement.status === "success" ? [] : enforcement.verdict.violations.map(({ property }) => property);
    const attributes = {
      [names.decisionId]: decision.decisionId,
      [names.service]: service,
      [names.attempt]: attempt,
      [names.attemptStatus]: status,
      [names.attemptSent]: sent,
      [names.latencyUs]: Math.round(latencyUs),
      ...(model === null ? {} : { [names.requestModel]: model }),
      ...(costMicros === undefined ? {} : { [names.costMicros]: costMicros }),
      ...(violations.length === 0 ? {} : { [names.violations]: violations }),
      ...(enforcement.status === "success" ? {} : { [names.errorType]: enforcement.error.code }),
    };
    this.#step(work, "outcome", attributes, status !== "success");
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** A step that is over: it began when the one before ended. */
  #step(work: Work, name: string, attributes: Record<string, string | number | boolean | string[]>, failed = false): void {
    const span = this.#tracer.startSpan(name, { attributes, startTime: work.since }, work.context);
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    work.since = Date.now();
  }
}
