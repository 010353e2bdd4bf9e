import { CaioError } from "@caio/core";
import pg from "pg";

/**
 * How values of columns are read: as the library reads them, but `bigint` as a number. What a store counts never passes 2^53 − 1, so a
 * greater number is not one that a store wrote.
 */
export const postgresTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? safeInteger : pg.types.getTypeParser(oid, format) as (text: string) => unknown),
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new CaioError("IntegrityViolation", `Found ${text} in the database, expected a number up to 2^53 − 1. Somebody changed the data: restore it from a copy.`, {
    details: { reason: "corrupt" },
  });
}
