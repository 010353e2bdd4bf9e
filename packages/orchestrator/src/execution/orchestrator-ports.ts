import type { DetectedLabel, HistoryStore, Principal, RequestDocument, ServiceExecutor } from "@caio/contracts";
import type { Claim, ControlIntegrator, OnlineSettings } from "@caio/control";
import type { CaioError, Digest, JsonObject, JsonValue } from "@caio/core";
import type { Clock, GuaranteeEnforcer, StreamLimits } from "@caio/guarantees";
import type { ServiceRegistry } from "@caio/registry";
import type { TraceabilitySystem } from "@caio/traceability";

import type { ChosenDecision } from "../decision.ts";
import type { SnapshotFreshness } from "../inputs/freshness.ts";
import type { MonitorPort } from "./monitor-port.ts";
import type { Attempt } from "./orchestration.ts";
import type { DecidedRequest } from "./decided-request.ts";
import type { RetryBudget } from "./retry-budget.ts";
import type { Spending } from "./spending.ts";

/** What the door knows and no caller may say: the time, and a fresh key for every decision. */
export interface Door {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** 64 hex digits from a cryptographic source, never the same twice. */
  freshKey(): Digest;
}

/** A decision that a person must confirm before it is executed. */
export interface ApprovalRequest {
  readonly decision: ChosenDecision;
  readonly document: RequestDocument;
  readonly principal: Principal;
  /** What the caller came with (`OrchestrateOptions.approval`). */
  readonly reference: string | undefined;
}

/** What a person said. */
export interface ApprovalAnswer {
  readonly approved: boolean;
  /** Goes into the log with the decision's outcomes: which approval, whose key. Nothing of what was asked, no name of a person. */
  readonly note?: string | undefined;
  /** What the caller is told in place of "the person asked did not approve". */
  readonly error?: CaioError<"ApprovalRequired"> | undefined;
}

/** Everything outside the decision that an orchestrator works with. */
export interface OrchestratorPorts {
  readonly registry: ServiceRegistry;
  readonly history: HistoryStore;
  readonly traces: TraceabilitySystem;
  readonly control: ControlIntegrator;
  readonly executor: ServiceExecutor;
  readonly enforcer: GuaranteeEnforcer;
  readonly clock: Clock;
  readonly door: Door;
  /** Finds sensitive data in what the caller sends. */
  readonly detect: (value: JsonValue) => readonly DetectedLabel[];
  /** Asks a person. Without it, whatever needs a confirmation is refused (`ApprovalRequired`). */
  readonly approve?: (request: ApprovalRequest) => Promise<boolean | ApprovalAnswer>;
  /** Takes sensitive data out of a payload. Without it, whatever must be redacted is refused. */
  readonly redact?: (payload: JsonValue) => JsonValue;
  /** Holds callers to their budgets. Without it, calls are limited by policies and requests alone. */
  readonly spending?: Spending;
  /** Keeps retries few. Without it, policies alone say how often a call is made again. */
  readonly retries?: RetryBudget;
  /** Watches the promises of services over many calls. Without it, health in H stays what it was. */
  readonly monitor?: MonitorPort;
  /** The JSON Schema that a contract names by path. Without it, only inline schemas are enforced. */
  readonly schemaNamed?: (path: string) => JsonObject | undefined;
  /**
   * Told of what went wrong beside a request, and did not end it: u was not delivered, an outcome not logged, a version of H not
   * kept, a call not settled, an attempt not observed. An operator wants to know.
   */
  readonly onFault?: (where: "maia" | "outcome" | "history" | "spending" | "monitor", fault: unknown) => void;
  /**
   * How long ago registry and policies were confirmed to be the newest, asked at the moment that they are read for a decision. Without it
   * they are this process's own. What it throws, such as `ServiceUnavailable` where nothing is to be decided on old ones, ends the request
   * undecided.
   */
  readonly freshness?: () => SnapshotFreshness;
  /** Told of every decision once it is in the log, and of how long it took to make, microseconds: whoever makes receipts keeps it. */
  readonly onDecided?: (decided: DecidedRequest, decidingUs: number) => void;
  /** Told of every attempt whose outcome is in the log, also of one that nothing was sent for. */
  readonly onEnded?: (attempt: Attempt) => void;
  /** Time given to a call for which neither policy nor request sets a deadline, microseconds. 30 s unless said. */
  readonly defaultDeadlineUs?: number;
  /**
   * True: the caller has the answer before the log holds how the call ended (the decision is in it since before the call). `settled`
   * waits for what is under way. Unless said, an answer waits.
   */
  readonly outcomesBehind?: boolean;
  /**
   * True: no certificate is made, and neither decisions nor outcomes are logged. Everything else is as ever, but nothing can be proved,
   * explained later or replayed. For those who want to know what the record costs, or want none.
   */
  readonly unrecorded?: boolean;
  /** How long successes may wait to share a version of H, microseconds. Unless said, the next decision knows all that came before. */
  readonly learnEveryUs?: number;
  /** Learns values online beside LinUCB, from what contracts claim on (decision 29). Absent: LinUCB alone, and what is claimed teaches nothing. */
  readonly online?: OnlineSettings;
  /**
   * True: a success teaches nothing of its value until feedback says what it was worth; it is only counted. Unless said, a success is worth
   * 1 until then, which suits who hears little: where many answers are judged, those that are not would look better than those that are.
   */
  readonly successesWait?: boolean;
  /** What a fitted model has seen of pairs, in place of what their contracts claim (`Orchestrator.expect`); with `online`. */
  readonly fitted?: readonly Claim[];
  /** Watchdogs of streams. Unless said: an attempt's share of the time for the first delta, 10 s between deltas. */
  readonly streamLimits?: StreamLimits;
}
