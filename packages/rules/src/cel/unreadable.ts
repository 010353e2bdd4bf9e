import type { JsonValue } from "@caio/core";

import { celProfile } from "./profile.ts";

/** Why a value of the data cannot be read by conditions, or undefined if it can. Absent values are the evaluator's. */
export function unreadableValue(value: JsonValue | undefined, path: string): string | undefined {
  if (typeof value === "number" && !Number.isSafeInteger(value)) return `${path} is no safe integer`;
  if (!isList(value)) return undefined;
  if (value.length > celProfile.maxListItems) {
    return `${path} has ${String(value.length)} items, rules read at most ${String(celProfile.maxListItems)}`;
  }
  return value.every((item) => typeof item === "string") ? undefined : `${path} holds more than texts`;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
