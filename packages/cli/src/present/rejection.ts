import type { JsonObject, JsonValue } from "@caio/core";
import { guaranteeText, nameOf, type Explanation, type Rejected, type RoutingDecision } from "@caio/orchestrator";

import { oneLine } from "./plain-text.ts";

/** Why each pair that fell did, in the order of the verdicts. Guarantees are said in words, whatever else as the decision says it. */
export function rejectionReasons({ verdicts }: RoutingDecision, { rejected }: Explanation): readonly string[] {
  const fallen = verdicts.filter((verdict) => verdict.step !== 0);
  return fallen.map((verdict, index) => guaranteeReason(verdict) ?? afterPlace(verdict, rejected[index] ?? ""));
}

/** Service, step and clause of a pair that fell: how its line of an explanation begins. */
export function rejectionPlace(verdict: Rejected): string {
  return `${nameOf(verdict)}: step ${String(verdict.step)}, ${verdict.clause}: `;
}

function afterPlace(verdict: Rejected, line: string): string {
  const place = rejectionPlace(verdict);
  return oneLine(line.startsWith(place) ? line.slice(place.length) : line);
}

function guaranteeReason({ clause, evidence }: Rejected): string | undefined {
  const { found, expected } = evidence;
  if (clause !== "guarantees" || !isList(found) || !isObject(expected)) return undefined;
  const promised = found.map(guaranteeText).join(", ");
  return oneLine(`promises ${promised === "" ? "nothing of the kind" : promised}; asked is ${guaranteeText(expected)}`);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
