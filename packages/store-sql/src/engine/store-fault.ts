import { CaioError, isCaioError, type CaioErrorCode } from "@caio/core";

/** Why a store could not do what was asked; `details.reason` of its errors. */
export const storeFaults = [
  "cannot_open",
  "closed",
  "conflict",
  "constraint",
  "corrupt",
  "disk_full",
  "failed",
  "fenced",
  "io",
  "locked",
  "newer_schema",
  "not_a_store",
  "not_empty",
  "older_schema",
  "read_only",
  "unreachable",
] as const;

/** One of `storeFaults`. */
export type StoreFault = (typeof storeFaults)[number];

interface Meaning {
  readonly code: CaioErrorCode;
  /** What was found, and what to do. */
  readonly text: string;
}

const meanings: Readonly<Record<StoreFault, Meaning>> = {
  cannot_open: { code: "ServiceUnavailable", text: "it cannot be opened. Check that it exists and that this process may read and write there." },
  closed: { code: "ServiceUnavailable", text: "the store is closed. Open it again." },
  conflict: { code: "ServiceUnavailable", text: "another writer was in the way, several times over; nothing of this commit is kept. Try again." },
  constraint: { code: "IntegrityViolation", text: "a row breaks a rule of the schema, so nothing of it is kept. The writer has a fault: report it." },
  corrupt: { code: "IntegrityViolation", text: "the data is damaged. Restore it from a copy." },
  disk_full: { code: "ServiceUnavailable", text: "the disk is full; nothing of this commit is kept. Free space and try again." },
  failed: { code: "ServiceUnavailable", text: "the database refused the work; the cause says why." },
  fenced: {
    code: "IntegrityViolation",
    text: "somebody else has written under the name of this instance, or the database has lost what it had confirmed. Nothing more is written from here: find out which, then open the store again.",
  },
  io: { code: "ServiceUnavailable", text: "the disk failed to read or write; nothing of this commit is kept. Check the disk, then open the store again." },
  locked: { code: "ServiceUnavailable", text: "another process or store has it open, and it has one writer. Stop that one, or name another file or instance." },
  newer_schema: { code: "ServiceUnavailable", text: "a newer version of CAIO has written it. Use that version: there is no way back." },
  not_a_store: { code: "IntegrityViolation", text: "it is no CAIO store. Name another file: this one is left as it is." },
  not_empty: { code: "InvalidRequest", text: "there is something already, and a copy is restored into nothing else. It is left as it is: name another place." },
  older_schema: { code: "ServiceUnavailable", text: "an older version of CAIO has written it, and this one brings up to date only what it opens to write. Start this version once under the name of that instance." },
  read_only: { code: "ServiceUnavailable", text: "it cannot be written; nothing of this commit is kept. Give this process the right to write there." },
  unreachable: { code: "ServiceUnavailable", text: "the database cannot be reached. Check that it runs and that the network leads to it." },
};

/** Primary result codes of SQLite. */
const byResultCode: ReadonlyMap<number, StoreFault> = new Map<number, StoreFault>([
  [3, "read_only"],
  [5, "locked"],
  [6, "locked"],
  [8, "read_only"],
  [10, "io"],
  [11, "corrupt"],
  [13, "disk_full"],
  [14, "cannot_open"],
  [19, "constraint"],
  [26, "not_a_store"],
]);

/** What may be said of a fault beside its reason. */
export interface FaultFacts {
  readonly cause?: unknown;
  /** Whether the commit that was cut off is kept is not known; it is found out before anything else is written. Absent: it is not kept. */
  readonly kept?: "unknown";
}

/**
 * The error for a fault of the store, which says where and what to do.
 *
 * @param place - a file, or a database without user and password
 */
export function storeError(fault: StoreFault, place: string, { cause, kept }: FaultFacts = {}): CaioError {
  const { code, text } = meanings[fault];
  const details = { file: place, reason: fault, ...(kept === undefined ? {} : { kept }) };
  const doubt = kept === undefined ? "" : " Whether this commit is kept is not known yet.";
  return new CaioError(code, `${place}: ${text}${doubt}`, { details, ...(cause === undefined ? {} : { cause }) });
}

/** What the library of SQLite threw, as a `CaioError`; one that is that already stays as it is. */
export function asStoreError(error: unknown, file: string): CaioError {
  return isCaioError(error) ? error : storeError(faultOf(error), file, { cause: error });
}

function faultOf(error: unknown): StoreFault {
  if (!(error instanceof Error)) return "failed";
  const raw = "rawCode" in error && typeof error.rawCode === "number" ? error.rawCode : undefined;
  // Only an open that fails has no code of its own.
  if (raw === undefined) return error.message.startsWith("ConnectionFailed") ? "cannot_open" : "failed";
  return byResultCode.get(raw & 0xff) ?? "failed";
}

/** True for an error of a store: with the reason given, if one is given. */
export function isStoreFault(error: unknown, fault?: StoreFault): error is CaioError {
  if (!isCaioError(error)) return false;
  const reason = error.details["reason"];
  return fault === undefined ? storeFaults.some((each) => each === reason) : reason === fault;
}
