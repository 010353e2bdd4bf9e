import { CaioError, isCaioError, type CaioErrorCode } from "@caio/core";

/** Why a store could not do what was asked; `details.reason` of its errors. */
export const storeFaults = [
  "cannot_open",
  "closed",
  "constraint",
  "corrupt",
  "disk_full",
  "failed",
  "io",
  "locked",
  "newer_schema",
  "not_a_store",
  "read_only",
] as const;

/** One of `storeFaults`. */
export type StoreFault = (typeof storeFaults)[number];

interface Meaning {
  readonly code: CaioErrorCode;
  /** What was found, and what to do. */
  readonly text: string;
}

const meanings: Readonly<Record<StoreFault, Meaning>> = {
  cannot_open: { code: "ServiceUnavailable", text: "it cannot be opened. Check that its folder exists and that this process may read and write there." },
  closed: { code: "ServiceUnavailable", text: "the store is closed. Open it again." },
  constraint: { code: "IntegrityViolation", text: "a row breaks a rule of the schema, so nothing of it is kept. The writer has a fault: report it." },
  corrupt: { code: "IntegrityViolation", text: "the file is damaged. Restore it from a copy." },
  disk_full: { code: "ServiceUnavailable", text: "the disk is full; nothing of this commit is kept. Free space and try again." },
  failed: { code: "ServiceUnavailable", text: "the database refused the work; the cause says why." },
  io: { code: "ServiceUnavailable", text: "the disk failed to read or write; nothing of this commit is kept. Check the disk, then open the store again." },
  locked: { code: "ServiceUnavailable", text: "another process or store has it open, and a file has one writer. Stop that one, or name another file." },
  newer_schema: { code: "ServiceUnavailable", text: "a newer version of CAIO has written it. Use that version: there is no way back." },
  not_a_store: { code: "IntegrityViolation", text: "it is no CAIO store. Name another file: this one is left as it is." },
  read_only: { code: "ServiceUnavailable", text: "it cannot be written; nothing of this commit is kept. Give this process the right to write the file and its folder." },
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

/** The error for a fault of the file, which says where and what to do. */
export function storeError(fault: StoreFault, file: string, options: { readonly cause?: unknown } = {}): CaioError {
  const { code, text } = meanings[fault];
  return new CaioError(code, `${file}: ${text}`, { details: { file, reason: fault }, ...options });
}

/** What the library threw, as a `CaioError`; one that is that already stays as it is. */
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
