import { toWire } from "@caio/contracts";
import type { JsonValue } from "@caio/core";
import { z } from "zod";

import type { PairStandings } from "../../wiring/watch/service-watch.ts";
import type { SeriesOfPair } from "./evidence-series.ts";

const count = z.int().min(0);
const counts = z.array(count);
const maybeCounts = z.array(count.nullable());
const anyJson = z.custom<JsonValue>((value) => value !== undefined);
const verdict = z.enum(["holds", "suspect", "contradicted"]);

/** Columns of equal length, one place per minute with calls. */
const series = z.strictObject({
  at: counts,
  calls: counts,
  success: counts,
  violation: counts,
  error: counts,
  timeout: counts,
  cancelled: counts,
  latency_mean_us: counts,
  latency_p50_us: counts,
  latency_p95_us: counts,
  latency_p99_us: counts,
  latency_max_us: counts,
  cost_micros: counts,
  /** One per promise, in the order of `standings`; null in minutes of another version of the contract. */
  promises: z.array(z.strictObject({ calls: maybeCounts, broken_micros: maybeCounts, wealth: maybeCounts, verdict: z.array(verdict.nullable()) })),
});

const pair = z.strictObject({
  model: z.string().nullable(),
  health: z.enum(["healthy", "degraded", "unhealthy"]),
  calls: count,
  /** As `GET /api/v1/services/{id}/promises` has them. */
  standings: z.array(anyJson),
  /** Null for callers who may not see the traffic of all tenants. */
  series: series.nullable(),
  changes: z.array(z.strictObject({ at: count, kind: z.string(), property: z.string(), before: verdict, after: verdict })),
});

const circuit = z.enum(["closed", "open", "probing"]);

export const evidenceReply = z.strictObject({
  service_id: z.string(),
  /** Nothing from before is known: when this process began, milliseconds. */
  since: count,
  now: count,
  bucket_ms: count,
  currency: z.string(),
  circuit: z.strictObject({ state: circuit, changes: z.array(z.strictObject({ at: count, state: circuit })) }),
  pairs: z.array(pair),
});

/** What is told of one pair. @param contract - the version that is watched; of others the minutes are there, without promises */
export function pairReply({ model, health, calls, standings }: PairStandings, { points, changes }: SeriesOfPair, shown: { readonly contract: string | undefined; readonly traffic: boolean }): z.output<typeof pair> {
  const own = points.map((point) => (point.contract === shown.contract ? point.promises : []));
  const columns: z.output<typeof series> = {
    at: points.map(({ at }) => at),
    calls: points.map(({ counts: { success, violation, error, timeout, cancelled } }) => success + violation + error + timeout + cancelled),
    success: points.map((point) => point.counts.success),
    violation: points.map((point) => point.counts.violation),
    error: points.map((point) => point.counts.error),
    timeout: points.map((point) => point.counts.timeout),
    cancelled: points.map((point) => point.counts.cancelled),
    latency_mean_us: points.map(({ latency }) => latency.meanUs),
    latency_p50_us: points.map(({ latency }) => latency.p50Us),
    latency_p95_us: points.map(({ latency }) => latency.p95Us),
    latency_p99_us: points.map(({ latency }) => latency.p99Us),
    latency_max_us: points.map(({ latency }) => latency.maxUs),
    cost_micros: points.map(({ costMicros }) => costMicros),
    promises: standings.map((_, promise) => {
      const column = own.map((promises) => promises[promise]);
      return {
        calls: column.map((point) => point?.calls ?? null),
        broken_micros: column.map((point) => point?.brokenMicros ?? null),
        wealth: column.map((point) => point?.wealth ?? null),
        verdict: column.map((point) => point?.verdict ?? null),
      };
    }),
  };
  return { model, health, calls, standings: standings.map((standing) => toWire(standing)), series: shown.traffic ? columns : null, changes: [...changes] };
}
