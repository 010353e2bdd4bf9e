/** What `GET /api/v1/traces/{id}` says of a decision: what came of it and what was said of it, as the log has them (docs/certificate.md §7). */
export interface Trace {
  readonly decisionId: string;
  readonly now: number;
  readonly tenant: string;
  readonly outcome: string;
  readonly logIndex: number;
  readonly parent: string | null;
  readonly outcomes: readonly TracedOutcome[];
  readonly feedback: readonly TracedFeedback[];
}

export interface TracedOutcome {
  readonly attempt: number;
  readonly service: string;
  readonly model: string | null;
  readonly status: "success" | "violation" | "error" | "timeout" | "cancelled";
  readonly latencyUs: number;
  readonly costMicros: number | null;
  readonly reason: string | null;
  readonly endedAt: number;
}

export interface TracedFeedback {
  readonly kind: string;
  readonly aspect: string;
  readonly scoreMicros: number | null;
}
