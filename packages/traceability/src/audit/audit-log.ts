import type { Checkpoint } from "../notes/checkpoint.ts";
import type { TileSource } from "../tiles/read-tile.ts";
import type { AuditFinding } from "./audit-finding.ts";
import { LogAudit, type AuditOptions } from "./log-audit.ts";

const PAGE = 1000;

/** What an auditor was given of a log. */
export interface LogSegment {
  /** Checkpoints whose signatures were checked when they were opened; the entries must agree with every one. */
  readonly checkpoints: readonly Checkpoint[];
  /** Entries as they were logged: from the beginning, or those that follow what `audit` has read. */
  readonly entries: readonly string[];
}

/**
 * Audits entries against checkpoints: what a single bundle cannot show. It finds a decision on a stale snapshot, a decision
 * logged twice and a forked log, beside everything that breaks the chain (certificate §10).
 *
 * @param audit - of the entries before the segment; it goes on from there
 */
export function auditLogSegment(segment: LogSegment, audit: LogAudit = new LogAudit()): readonly AuditFinding[] {
  const known = audit.findings.length;
  audit.entries(segment.entries);
  for (const checkpoint of segment.checkpoints) audit.checkpoint(checkpoint);
  return audit.findings.slice(known);
}

/** Audits a whole log as its store holds it now, page by page: what was in memory counts for nothing. */
export async function auditLog(
  log: Pick<TileSource, "entryTexts">,
  checkpoints: readonly Checkpoint[] = [],
  options: AuditOptions = {},
): Promise<readonly AuditFinding[]> {
  const audit = new LogAudit(options);
  let texts = await log.entryTexts(0, PAGE);
  while (texts.length > 0) {
    audit.entries(texts);
    texts = await log.entryTexts(audit.size, PAGE);
  }
  for (const checkpoint of checkpoints) audit.checkpoint(checkpoint);
  return audit.findings;
}
