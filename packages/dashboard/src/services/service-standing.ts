import type { Tone } from "../parts/badge.tsx";
import type { Evidence, PairEvidence, PromiseVerdict, Standing } from "./service-shapes.ts";

/** How a service stands in one word: the worst of its pairs. */
export function healthOf({ pairs }: Pick<Evidence, "pairs">): PairEvidence["health"] {
  const found = new Set(pairs.map(({ health }) => health));
  return found.has("unhealthy") ? "unhealthy" : found.has("degraded") ? "degraded" : "healthy";
}

export const healthTones: Readonly<Record<PairEvidence["health"], Tone>> = { healthy: "good", degraded: "fair", unhealthy: "bad" };
export const circuitTones: Readonly<Record<Evidence["circuit"]["state"], Tone>> = { closed: "good", probing: "fair", open: "bad" };
export const verdictTones: Readonly<Record<PromiseVerdict, Tone>> = { holds: "good", suspect: "fair", contradicted: "bad" };

/** How many promises hold, are suspect and are contradicted. */
export function verdictCounts({ pairs }: Pick<Evidence, "pairs">): Readonly<Record<PromiseVerdict, number>> {
  const all = pairs.flatMap(({ standings }) => standings);
  const count = (verdict: PromiseVerdict): number => all.filter((standing) => standing.verdict === verdict).length;
  return { holds: count("holds"), suspect: count("suspect"), contradicted: count("contradicted") };
}

/** What a watched promise is about, as a person would say it. */
export function watchedTitle({ kind, property }: Pick<Standing, "kind" | "property">): string {
  const words: Readonly<Record<string, string>> = { bound: "", failure: "", in_time: ", failed calls counted" };
  return `${property.replaceAll("_", " ")}${words[kind] ?? `, ${kind.replaceAll("_", " ")}`}`;
}

/** How near the evidence is to contradicting a promise, ppm of its threshold on a scale of orders of magnitude. */
export function nearness({ wealth, threshold }: Pick<Standing, "wealth" | "threshold">): number {
  if (wealth <= 1) return 0;
  return Math.min(1_000_000, Math.round((Math.log(wealth) / Math.log(Math.max(2, threshold))) * 1_000_000));
}

/** The latency that a pair promises at the greatest coverage, microseconds; null without a promise. */
export function promisedLatencyUs({ standings }: Pick<PairEvidence, "standings">): number | null {
  const bounds = standings.flatMap(({ guarantee: { property, coverage_ppm: coverage, bound } }) => (property === "latency" && bound.max_us !== undefined ? [{ coverage, us: bound.max_us }] : []));
  return bounds.sort((a, b) => b.coverage - a.coverage)[0]?.us ?? null;
}
