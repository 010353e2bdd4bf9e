import { exploredScore, type Attempt, type DecidedRequest } from "@caio/orchestrator";
import type { FeedbackBody, RetentionReport } from "@caio/traceability";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

import type { Replica } from "../wiring/replicas/replica.ts";
import { sharedKinds } from "../wiring/replicas/shared-news.ts";

/** What is read when the metrics are. */
export interface MetricSources {
  readonly services: () => number;
  readonly epoch: () => number;
  readonly logSize: () => number;
  readonly policyVersion: () => number;
  /** Absent: this gateway is alone, and has no metrics of others. */
  readonly replica?: Replica | undefined;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const COUNTS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/**
 * Counts and times for Prometheus. Labels are outcomes, statuses, routes and service ids: nothing that a caller can make up, so that their
 * number is bounded.
 */
export class GatewayMetrics {
  readonly #registry = new Registry();
  readonly #decisions = this.#counter("caio_decisions_total", "Decisions by outcome: chosen, or the code of the refusal", ["outcome"]);
  readonly #deciding = this.#histogram("caio_decision_seconds", "Deciding one request, certificate included", SECONDS, []);
  readonly #explored = this.#counter("caio_explored_total", "Choices that exploration drew", []);
  readonly #exploredScore = this.#counter("caio_explored_score_total", "What their scores fell short of the best ones: the expected cost of exploring", []);
  /** The original's name. */
  readonly #matching = this.#histogram("caio_contract_matching_latency", "Deciding one request, in seconds; matching of contracts is a part of it", SECONDS, []);
  readonly #candidates = this.#histogram("caio_candidates_count", "Pairs that a decision judged", COUNTS, []);
  readonly #admitted = this.#histogram("caio_admitted_count", "Pairs that a decision admitted", COUNTS, []);
  readonly #attempts = this.#counter("caio_attempts_total", "Calls of services by how they ended", ["service", "status"]);
  readonly #calling = this.#histogram("caio_attempt_seconds", "Calls of services", SECONDS, ["service"]);
  readonly #requests = this.#counter("caio_http_requests_total", "Requests by route and status", ["method", "route", "status"]);
  readonly #answering = this.#histogram("caio_http_request_seconds", "Requests from the first byte to the last", SECONDS, ["route"]);

  readonly #feedback = this.#counter("caio_feedback_total", "Feedback in the log by kind, aspect, and whether it is learned or why not", ["kind", "aspect", "learned"]);
  readonly #removed = this.#counter("caio_retention_removed_total", "What was past its retention and was removed", ["part"]);

  constructor(sources: MetricSources) {
    collectDefaultMetrics({ register: this.#registry });
    this.gauge({ name: "caio_registry_services", help: "Services that are registered", read: sources.services });
    this.gauge({ name: "caio_registry_epoch", help: "Edits of the registry so far", read: sources.epoch });
    this.gauge({ name: "caio_log_size", help: "Entries of the log", read: sources.logSize });
    this.gauge({ name: "caio_policy_version", help: "The policies in force", read: sources.policyVersion });
    if (sources.replica !== undefined) this.#ofReplica(sources.replica);
  }

  /** @param decidingUs - microseconds */
  decided({ decision }: DecidedRequest, decidingUs: number): void {
    this.#decisions.inc({ outcome: decision.kind === "chosen" ? "chosen" : decision.code });
    if (decision.kind === "chosen" && decision.outcome.selected.drawn) {
      this.#explored.inc();
      this.#exploredScore.inc(exploredScore(decision.outcome) / 1e12);
    }
    this.#deciding.observe(decidingUs / 1e6);
    this.#matching.observe(decidingUs / 1e6);
    this.#candidates.observe(decision.verdicts.length);
    this.#admitted.observe(decision.verdicts.filter(({ step }) => step === 0).length);
  }

  attempted({ contract, enforcement }: Attempt): void {
    this.#attempts.inc({ service: contract.serviceId, status: enforcement.status });
    this.#calling.observe({ service: contract.serviceId }, enforcement.latencyUs / 1e6);
  }

  /** @param route - as it is registered, never as it was asked for */
  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.inc({ method, route, status: String(status) });
    this.#answering.observe({ route }, seconds);
  }

  /** A piece of feedback that is in the log. */
  saidOf({ kind, aspect, untaught }: Pick<FeedbackBody, "kind" | "aspect" | "untaught">): void {
    this.#feedback.inc({ kind, aspect, learned: untaught ?? "yes" });
  }

  /** What one run of retention removed. */
  removed(report: RetentionReport): void {
    for (const [part, count] of Object.entries(report)) this.#removed.inc({ part }, Number(count));
  }

  /** How an instance keeps up with the others. */
  #ofReplica({ follower, leases, witness }: Replica): void {
    const age = new Gauge({
      ...{ name: "caio_confirmed_age_seconds", help: "How long ago a kind of shared state was confirmed to be the newest", labelNames: ["kind"], registers: [this.#registry] },
      collect: () => { for (const kind of sharedKinds) age.set({ kind }, follower.ageMs(kind) / 1000); },
    });
    this.gauge({ name: "caio_news_connected", help: "1 while the line is there on which other instances tell of changes", read: () => (follower.counts.connected ? 1 : 0) });
    this.gauge({ name: "caio_news_connects_total", help: "How often that line came up", read: () => follower.counts.connects });
    this.gauge({ name: "caio_catch_ups_total", help: "Questions for news that were answered", read: () => follower.counts.catchUps });
    this.gauge({ name: "caio_catch_up_failures_total", help: "Questions for news that were not", read: () => follower.counts.failures });
    this.gauge({ name: "caio_settled_for_others_total", help: "Budget reservations of silent instances that were ended here", read: () => leases.settled });
    this.gauge({ name: "caio_cosigned_total", help: "Checkpoints of other instances that were cosigned", read: () => witness.cosigned });
    this.gauge({ name: "caio_witness_findings", help: "Logs of other instances that do not continue what they were: forks and rollbacks", read: () => witness.findings.length });
  }

  /** The text that Prometheus reads, and its content type. */
  async text(): Promise<{ readonly type: string; readonly body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram(name: string, help: string, buckets: readonly number[], labelNames: readonly string[]): Histogram {
    return new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers: [this.#registry] });
  }

  /** Shows a number more, as it is when the metrics are read. */
  gauge({ name, help, read }: { readonly name: string; readonly help: string; readonly read: () => number }): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [this.#registry], collect: () => { gauge.set(read()); } });
  }
}
