import { CaioError, type JsonObject, type JsonValue } from "@caio/core";

/** Where a row stands: its table, and the key by which a person finds it. */
export interface RowPlace {
  readonly table: string;
  readonly key: string;
}

/** The error for a row that is not what a store writes. */
export function corruptRow({ table, key }: RowPlace, found: string, cause?: unknown): CaioError<"IntegrityViolation"> {
  const message = `Table ${table}, row ${key}: found ${found}. Somebody changed the data: restore it from a copy.`;
  const details = { table, row: key, reason: "corrupt" };
  return new CaioError("IntegrityViolation", message, { details, ...(cause === undefined ? {} : { cause }) });
}

/** What `read` gives; what it throws becomes the error of the row. */
export function readRow<T>(place: RowPlace, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw corruptRow(place, "a document that cannot be read", cause);
  }
}

/** The JSON of a text. The parsers of the packages check what is in it. */
export function jsonOf(text: string): JsonValue {
  const value: unknown = JSON.parse(text);
  return value as JsonValue;
}

/** The object of a text. @throws SyntaxError for everything else */
export function jsonObjectOf(text: string): JsonObject {
  const value = jsonOf(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new SyntaxError("not a JSON object");
}

/** The value, if it is one of those allowed. */
export function oneOf<T extends string>(place: RowPlace, allowed: readonly T[], value: string): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw corruptRow(place, "a word that is none of those allowed");
  return found;
}

/** Digits as SQLite gave them: an integer that a double holds exactly. */
export function integerOf(place: RowPlace, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw corruptRow(place, "a number that is no safe integer");
}

/**
 * Text as it can be kept in every database and read again. PostgreSQL keeps no NUL, and half a surrogate pair is no text.
 *
 * @throws CaioError `InvalidRequest`
 */
export function storableText(name: string, value: string): string {
  if (!value.includes("\u0000") && !/\p{Cs}/u.test(value)) return value;
  throw new CaioError("InvalidRequest", `${name}: found a NUL character or half a surrogate pair, expected text.`, { details: { at: name } });
}
