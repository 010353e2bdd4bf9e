import { CaioError } from "@caio/core";
import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider, ParentBasedSampler, TraceIdRatioBasedSampler, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace-node";

import { OtelTracing } from "./otel-tracing.ts";
import type { Tracing } from "./tracing.ts";

/** Where traces go, and how many of them. */
export interface OtlpTerms {
  /** Such as `http://127.0.0.1:4318/v1/traces`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly version: string;
  /** Parts per million of the traces that begin here; of others the caller's choice is kept. */
  readonly samplePpm: number;
  readonly onFault: (fault: unknown) => void;
}

/** Milliseconds that spans wait to be sent together, and that sending may take. */
const BATCH_MS = 1000;
const SEND_MS = 5000;
/** Spans that wait at most: with a collector that is away, newer ones are dropped. */
const MOST_WAITING = 8192;

/** Traces that are sent as OTLP over HTTP, in JSON. */
export function otlpTracing({ endpoint, headers, serviceName, version, samplePpm, onFault }: OtlpTerms): Tracing {
  const exporter = new ReportingExporter(new OTLPTraceExporter({ url: endpoint, headers: { ...headers }, timeoutMillis: SEND_MS }), onFault);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": serviceName, "service.version": version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(samplePpm / 1e6) }),
    spanLimits: { attributeValueLengthLimit: 512, attributeCountLimit: 64, eventCountLimit: 16, linkCountLimit: 16 },
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: BATCH_MS, exportTimeoutMillis: SEND_MS, maxQueueSize: MOST_WAITING })],
  });
  return new OtelTracing(provider.getTracer("@caio/gateway", version), () => provider.shutdown());
}

/** Tells of batches that did not arrive. What the collector said stays out of it. */
class ReportingExporter implements SpanExporter {
  readonly #inner: SpanExporter;
  readonly #onFault: (fault: unknown) => void;

  constructor(inner: SpanExporter, onFault: (fault: unknown) => void) {
    this.#inner = inner;
    this.#onFault = onFault;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#inner.export(spans, (result) => {
      if (result.code !== ExportResultCode.SUCCESS) {
        this.#onFault(new CaioError("ServiceUnavailable", `${String(spans.length)} spans did not reach the collector. Check telemetry.endpoint, and that it is there.`));
      }
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }
}
