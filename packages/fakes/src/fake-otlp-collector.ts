import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as it arrived, its attributes as plain values. */
export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** OTLP's numbers: 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  /** Whether its status is an error. */
  readonly failed: boolean;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** A FAKE of an OpenTelemetry collector: takes OTLP/JSON over HTTP under `/v1/traces`, and keeps what it was sent. */
export class FakeOtlpCollector {
  readonly #server: Server;
  readonly spans: CollectedSpan[] = [];
  /** Headers of every batch. */
  readonly headers: IncomingHttpHeaders[] = [];
  /** Bodies as they came: what is not in them was not told. */
  readonly bodies: string[] = [];
  /** What it answers. */
  status = 200;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, response) => { this.#receive(request, response); });
  }

  /** On a free port of the loopback. */
  static async start(): Promise<FakeOtlpCollector> {
    const collector = new FakeOtlpCollector(createServer());
    await new Promise<void>((resolve) => collector.#server.listen(0, "127.0.0.1", resolve));
    return collector;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v1/traces`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => { text += piece; }).on("end", () => {
      const known = request.method === "POST" && request.url === "/v1/traces" && request.headers["content-type"] === "application/json";
      this.headers.push(request.headers);
      this.bodies.push(text);
      if (known && this.status === 200) this.spans.push(...spansOf(JSON.parse(text) as OtlpBody));
      response.writeHead(known ? this.status : 404, { "content-type": "application/json" }).end("{}");
    });
  }
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly OtlpValue[] };
}
type OtlpAttributes = readonly { readonly key: string; readonly value: OtlpValue }[];
interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly attributes: OtlpAttributes;
  readonly events: readonly { readonly name: string }[];
  readonly status: { readonly code: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}
interface OtlpBody {
  readonly resourceSpans: readonly { readonly resource: { readonly attributes: OtlpAttributes }; readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}

function spansOf({ resourceSpans }: OtlpBody): readonly CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map((span) => collected(span, resource.attributes))));
}

function collected(span: OtlpSpan, resource: OtlpAttributes): CollectedSpan {
  const { name, traceId, spanId, parentSpanId, kind, attributes, events, status } = span;
  return {
    ...{ name, traceId, spanId, kind },
    parentSpanId: parentSpanId === "" ? undefined : parentSpanId,
    attributes: Object.fromEntries([...resource, ...attributes].map(({ key, value }) => [key, plain(value)])),
    events: events.map((event) => event.name),
    failed: status.code === 2,
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
  };
}

function plain(value: OtlpValue): unknown {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plain);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}
