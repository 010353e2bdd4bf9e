import { decimal, mapping, namedMapping } from "@caio/contracts";
import { z } from "zod";

/** Where traces go (OTLP over HTTP); without an endpoint there are none. */
export interface TelemetryTerms {
  readonly endpoint?: string | undefined;
  /** Names of headers, and the references of their secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Parts per million of the traces that begin here. A caller's `traceparent` decides for its own. */
  readonly samplePpm: number;
}

const headerName = z.string().regex(/^[a-z0-9-]{1,64}$/, "expected the name of a header in small letters");

export const telemetryTerms = mapping({
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  headers: namedMapping(headerName, z.string().min(1)).prefault({}),
  service_name: z.string().min(1).max(128).default("caio-gateway"),
  sample: decimal({ digits: 6, rounding: "down", min: 0, max: 1_000_000, expected: "a share from 0 to 1" }).prefault("1"),
}).transform(({ endpoint, headers, service_name: serviceName, sample: samplePpm }): TelemetryTerms => ({ endpoint, headers, serviceName, samplePpm }));
