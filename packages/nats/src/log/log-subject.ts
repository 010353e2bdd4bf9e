import { keysOf, type LogEntry } from "@caio/traceability";

import { NO_TOKEN, subjectToken } from "../connection/subject-token.ts";

/** Header: the entry's index in its log. */
export const INDEX_HEADER = "Caio-Log-Index";

/** The stream that holds the entries of one log. */
export function logStream(log: string): string {
  return `CAIO_LOG_${subjectToken(log)}`;
}

/** All subjects of one log. */
export function logSubjects(log: string): string {
  return `caio.log.${subjectToken(log)}.>`;
}

/** `caio.log.<log>.<tenant>.<kind>.<service>`; `_` where an entry has no tenant or no service. */
export function entrySubject(log: string, entry: LogEntry): string {
  const { kind, tenant, service } = keysOf(entry);
  return `caio.log.${subjectToken(log)}.${tenant === null ? NO_TOKEN : subjectToken(tenant)}.${kind}.${service === null ? NO_TOKEN : subjectToken(service)}`;
}

/** Header: the leaf hash of an entry that was past its retention when it was published. */
export const EXPIRED_HEADER = "Caio-Expired-Leaf";

/** As `entrySubject`, of an entry that is no longer there: only its tenant is known. */
export function expiredSubject(log: string, tenant: string | null): string {
  return `caio.log.${subjectToken(log)}.${tenant === null ? NO_TOKEN : subjectToken(tenant)}.expired.${NO_TOKEN}`;
}

/** Which entries of a log are wanted; what is not said may be anything. */
export interface LogFilter {
  readonly tenant?: string;
  readonly kind?: LogEntry["kind"];
  /** The service chosen or called. */
  readonly service?: string;
}

/** The subjects of the entries that a filter lets through. */
export function filterSubject(log: string, { tenant, kind, service }: LogFilter): string {
  const token = (text: string | undefined): string => (text === undefined ? "*" : subjectToken(text));
  return `caio.log.${subjectToken(log)}.${token(tenant)}.${kind ?? "*"}.${token(service)}`;
}
