import * as z from "zod/mini";

const count = z.number();
const counts = z.array(count);
const maybe = z.nullable(count);
const verdict = z.enum(["holds", "suspect", "contradicted"]);
export type PromiseVerdict = z.output<typeof verdict>;

const bound = z.object({ min_us: z.optional(count), max_us: z.optional(count), min_micros: z.optional(count), max_micros: z.optional(count) });

/** A registered service (`GET /api/v1/services`): what this page shows of its contract. */
const service = z.object({
  service_id: z.string(),
  version: z.string(),
  contract_digest: z.string(),
  draining: z.boolean(),
  contract: z.looseObject({
    name: z.optional(z.string()),
    capabilities: z.array(z.object({ type: z.string() })),
    models: z.array(z.object({ id: z.string() })),
    privacy: z.object({ data_locality: z.optional(z.string()), regions: z.optional(z.array(z.string())) }),
    api: z.object({ protocol: z.string() }),
  }),
});
export const servicesReply = z.object({ epoch: count, services: z.array(service) });
export const serviceReply = service;
export type Service = z.output<typeof service>;

/** How one promise stands: the bet against it and what it rests on. */
const standing = z.object({
  kind: z.string(),
  property: z.string(),
  guarantee: z.object({ property: z.string(), coverage_ppm: count, bound }),
  verdict,
  calls: count,
  broken_micros: count,
  allowed_micros: count,
  measured_micros: count,
  quantile_us: maybe,
  wealth: count,
  peak: count,
  threshold: count,
  drift: z.object({ alarms: count, stands: z.boolean() }),
});
export type Standing = z.output<typeof standing>;

const series = z.object({
  at: counts, calls: counts, success: counts, violation: counts, error: counts, timeout: counts, cancelled: counts,
  latency_p50_us: counts, latency_p95_us: counts, cost_micros: counts,
  promises: z.array(z.object({ calls: z.array(maybe), broken_micros: z.array(maybe), wealth: z.array(maybe), verdict: z.array(z.nullable(verdict)) })),
});
export type EvidenceSeries = z.output<typeof series>;

const pair = z.object({
  model: z.nullable(z.string()),
  health: z.enum(["healthy", "degraded", "unhealthy"]),
  calls: count,
  standings: z.array(standing),
  /** Null for who may not see the traffic of all tenants. */
  series: z.nullable(series),
  changes: z.array(z.object({ at: count, kind: z.string(), property: z.string(), before: verdict, after: verdict })),
});
export type PairEvidence = z.output<typeof pair>;

/** `GET /api/v1/services/{id}/evidence`. */
export const evidenceReply = z.object({
  service_id: z.string(),
  since: count,
  now: count,
  currency: z.string(),
  circuit: z.object({ state: z.enum(["closed", "open", "probing"]), changes: z.array(z.object({ at: count, state: z.enum(["closed", "open", "probing"]) })) }),
  pairs: z.array(pair),
});
export type Evidence = z.output<typeof evidenceReply>;

export const healthReply = z.object({ service_id: z.string(), healthy: z.boolean() });
