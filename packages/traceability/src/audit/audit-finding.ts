/**
 * What an audit can find:
 *
 * - `unreadable_entry`: no canonical JSON of an entry
 * - `broken_link`: does not name the entry before it of its tenant: one was changed, removed, inserted or moved
 * - `version_conflict`: a number of a version logged again, with another digest or the same, or named with another digest in the log of another instance
 * - `broken_version`: does not name the version before it as its parent
 * - `input_not_logged`: a decision names a version that was not logged before it
 * - `stale_input`: a decision names a version when a newer one was logged already
 * - `replayed_decision`: a decision id logged before
 * - `outcome_without_decision`: an outcome whose decision was not logged before it
 * - `outcome_mismatch`: an outcome of a service that its decision did not choose
 * - `feedback_without_decision`: feedback on a decision that was not logged before it, and that no other instance is said to have
 * - `feedback_mismatch`: feedback of another tenant or service than the decision's, or that teaches from another reward than the one before it taught
 * - `fork`: a checkpoint that is not of this log, or two that no one log can have
 * - `missing_entries`: a checkpoint of more entries than there are
 * - `foreign_checkpoint`: a checkpoint of a log of another name
 * - `hidden_staleness`: a decision on a snapshot that another instance had left behind, which does not say that it was stale
 */
export type AuditFindingKind =
  | "unreadable_entry"
  | "broken_link"
  | "version_conflict"
  | "broken_version"
  | "input_not_logged"
  | "stale_input"
  | "replayed_decision"
  | "outcome_without_decision"
  | "outcome_mismatch"
  | "feedback_without_decision"
  | "feedback_mismatch"
  | "fork"
  | "missing_entries"
  | "foreign_checkpoint"
  | "hidden_staleness";

/** One thing that is wrong with a log. */
export interface AuditFinding {
  readonly kind: AuditFindingKind;
  /** The entry that is wrong; for a checkpoint, its size. */
  readonly logIndex: number;
  /** The entry that shows it, if there is one: the newer version, the first decision of that id. */
  readonly related: number | null;
  readonly message: string;
}
