import { isCaioError, type CaioError } from "@caio/core";
import pg from "pg";

import { storeError, type StoreFault } from "../store-fault.ts";

/** SQLSTATE codes, and where a whole class has one meaning its first two characters (PostgreSQL, appendix A). */
const byState: ReadonlyMap<string, StoreFault> = new Map<string, StoreFault>([
  ["08", "unreachable"],
  // A result changed its columns: another version has migrated the schema since the statement was prepared.
  ["0A000", "conflict"],
  ["22021", "constraint"],
  ["23", "constraint"],
  ["25006", "read_only"],
  ["28", "cannot_open"],
  ["3D000", "cannot_open"],
  ["40", "conflict"],
  ["42501", "read_only"],
  ["53100", "disk_full"],
  ["53300", "unreachable"],
  ["55P03", "conflict"],
  ["57P", "unreachable"],
  ["57P04", "cannot_open"],
  ["58030", "io"],
  ["58P01", "io"],
  ["XX001", "corrupt"],
  ["XX002", "corrupt"],
]);

/** What the library threw, as a `CaioError`; one that is that already stays as it is. Neither user nor password is in it. */
export function asPostgresError(error: unknown, place: string): CaioError {
  return isCaioError(error) ? error : storeError(faultOf(error), place, { cause: error });
}

/** Whether the connection is gone: what the server says last, or what the library says of its socket. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return !(error instanceof TypeError) && !isCaioError(error);
  return error.severity === "FATAL" || error.severity === "PANIC";
}

function faultOf(error: unknown): StoreFault {
  if (!(error instanceof pg.DatabaseError)) return isLost(error) ? "unreachable" : "failed";
  const { code = "" } = error;
  const fault = byState.get(code) ?? byState.get(code.slice(0, 3)) ?? byState.get(code.slice(0, 2));
  return fault ?? (isLost(error) ? "unreachable" : "failed");
}
