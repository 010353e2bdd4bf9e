/** Rows as they are kept. Documents are canonical JSON in text; numbers are integers up to 2^53 − 1; times are milliseconds. */
export interface Tables {
  readonly contract: ContentRow;
  readonly encoding: EncodingRow;
  readonly registry_epoch: RegistryEpochRow;
  readonly registry_edit: RegistryEditRow;
  readonly policy_version: PolicyVersionRow;
  readonly policy_active: PolicyActiveRow;
  readonly policy_event: PolicyEventRow;
  readonly api_key: ApiKeyRow;
  readonly budget_book: BudgetBookRow;
  readonly budget_account: BudgetAccountRow;
  readonly budget_hold: BudgetHoldRow;
  readonly history_version: HistoryVersionRow;
  readonly history_leaf: HistoryLeafRow;
  readonly log_entry: LogEntryRow;
  readonly log_decision: LogDecisionRow;
  readonly certificate: CertificateRow;
  readonly certificate_part: CertificatePartRow;
  readonly log_head: LogHeadRow;
  readonly log_expired: LogExpiredRow;
  readonly retention_run: RetentionRunRow;
  readonly checkpoint: CheckpointRow;
  readonly decision_key: DecisionKeyRow;
  readonly instance: InstanceRow;
  readonly writer: WriterRow;
  readonly presence: PresenceRow;
  readonly cosignature: CosignatureRow;
  readonly shared_revision: SharedRevisionRow;
}

/** A document under its digest, each once. */
export interface ContentRow {
  readonly digest: string;
  readonly document: string;
}

export interface EncodingRow {
  readonly digest: string;
  readonly encoder_id: string;
  /** JSON list of 128 integers in micros. */
  readonly field: string;
}

/** `edits` says how many rows the epoch has, so that a lost one is noticed. */
export interface RegistryEpochRow {
  readonly epoch: number;
  readonly edits: number;
}

export interface RegistryEditRow {
  readonly epoch: number;
  readonly position: number;
  readonly kind: string;
  readonly service: string;
  /** Null for what needs none. */
  readonly contract_digest: string | null;
  readonly encoding_digest: string | null;
}

export interface PolicyVersionRow {
  readonly id: string;
  readonly version: number;
  readonly digest: string;
  readonly document: string;
}

export interface PolicyActiveRow {
  readonly id: string;
  readonly version: number;
}

export interface PolicyEventRow {
  readonly sequence: number;
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly digest: string;
  readonly actor: string | null;
  readonly at: number | null;
  readonly reason: string | null;
}

/** Never the key: its hash alone. */
export interface ApiKeyRow {
  readonly key_id: string;
  readonly hash: string;
  readonly grant_document: string;
  readonly created_at: number;
  /** Seconds. */
  readonly exp: number | null;
  readonly revoked_at: number | null;
  /** 1 if the record has limits at all. */
  readonly limited: number;
  /** 1 if the limits have a budget at all. */
  readonly budgeted: number;
  readonly day_micros: number | null;
  readonly month_micros: number | null;
  readonly requests_per_minute: number | null;
  readonly concurrent_requests: number | null;
}

/** The latest time seen of a key. */
export interface BudgetBookRow {
  readonly key_id: string;
  readonly latest: number;
}

/** `window_name` is a UTC day or month: `2025-11-24`, `2025-11`. */
export interface BudgetAccountRow {
  readonly key_id: string;
  readonly window_name: string;
  readonly spent_micros: number;
  readonly reserved_micros: number;
}

export interface BudgetHoldRow {
  readonly id: string;
  readonly key_id: string;
  readonly amount_micros: number;
  readonly day_name: string;
  readonly month_name: string;
  readonly since: number;
  /** Who made it and will end it; "" where there is one instance. */
  readonly instance: string;
}

export interface HistoryVersionRow {
  readonly version: number;
  /** How many leaves the version has. */
  readonly leaves: number;
  /** 1 if retention removed it, while versions that are there still show leaves of it; null if it is there. */
  readonly removed: number | null;
  /** Index of the log's last entry that it has learned from; null where nobody counted. */
  readonly through: number | null;
}

/** A leaf as from `version` on; null where it went away. A pair without a model has the model "". */
export interface HistoryLeafRow {
  readonly version: number;
  readonly service: string;
  readonly model: string;
  readonly leaf: string | null;
}

export interface LogEntryRow {
  readonly log_index: number;
  readonly kind: string;
  readonly tenant: string | null;
  readonly decision_id: string | null;
  readonly service: string | null;
  readonly time: number | null;
  readonly text: string;
  /** The version of H that a decision stands on. */
  readonly history: number | null;
}

/** What is left of an entry that retention removed. It has no row in `log_entry`, and names the run that removed it. */
export interface LogExpiredRow {
  readonly log_index: number;
  /** Leaf hash, in hex. */
  readonly leaf: string;
  readonly kind: string;
  readonly tenant: string | null;
  readonly decision_id: string | null;
  readonly run: number;
}

/** What one run of retention removed, by which policy: no entry is missing that none of these accounts for. */
export interface RetentionRunRow {
  readonly id: number;
  readonly at: number;
  /** JSON: the times before which it removed each part. */
  readonly policy: string;
  readonly openings: number;
  readonly certificates: number;
  readonly first_certificate: number | null;
  readonly last_certificate: number | null;
  readonly entries: number;
  readonly first_entry: number | null;
  readonly last_entry: number | null;
  readonly versions: number;
  readonly first_version: number | null;
  readonly last_version: number | null;
}

/** By what an entry is found that names a decision: see `indexDecisions`. */
export interface LogDecisionRow {
  readonly generation: number;
  readonly fingerprint: string;
  readonly log_index: number;
}

/** `parts` says where shared texts stand in `text`: `offset:digest`, in order, with a space between; null: nowhere. */
export interface CertificateRow {
  readonly log_index: number;
  readonly text: string;
  readonly parts: string | null;
}

/** A text that certificates up to an index may refer to. */
export interface CertificatePartRow {
  readonly digest: string;
  readonly text: string;
  readonly until_index: number;
}

/** One row: size and root of the log, and the hashes of its complete subtrees, largest first, in hex. */
export interface LogHeadRow {
  readonly id: number;
  readonly size: number;
  readonly root: string;
  readonly peaks: string;
}

/** One row: the newest signed checkpoint. */
export interface CheckpointRow {
  readonly id: number;
  readonly note: string;
  readonly signed_at: number;
}

/** All are null once they were erased; `disclosed` also where only a key was kept, `learning` where nothing is learned from the decision. */
export interface DecisionKeyRow {
  readonly decision_id: string;
  readonly decision_key: string | null;
  /** JSON: values by path. */
  readonly disclosed: string | null;
  /** JSON: fields of the request. */
  readonly learning: string | null;
}

/** A gateway with a log of its own, where several share the rest. */
export interface InstanceRow {
  readonly name: string;
  /** Where its log is. */
  readonly log_schema: string;
}

/** The last commit of a queue of an instance: by it a writer knows whether what it sent is kept, and that nobody else wrote in its name. */
export interface WriterRow {
  readonly instance: string;
  readonly queue: string;
  readonly mark: string;
}

/** An instance that has been there, and who it says it is. `seen_at` is by the clock of the database. */
export interface PresenceRow {
  readonly instance: string;
  readonly origin: string;
  readonly log_keys: string;
  readonly witness_key: string;
  readonly seen_at: unknown;
}

/** What a witness said last of a log: the checkpoint, and its line. */
export interface CosignatureRow {
  readonly origin: string;
  readonly witness: string;
  readonly size: number;
  readonly note: string;
  readonly line: string;
}

/** How often what instances share has changed, by kind. */
export interface SharedRevisionRow {
  readonly kind: string;
  readonly revision: number;
}
