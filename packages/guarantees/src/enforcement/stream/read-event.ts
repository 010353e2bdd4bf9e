import { CaioError, type JsonValue } from "@caio/core";
import type { ServiceResult } from "@caio/contracts";

import { outputBudget, snapshotJson, type SnapshotBudget } from "../result/json-snapshot.ts";
import { readUsage } from "../result/read-result.ts";
import type { Violation } from "../verdict.ts";

/** A part of an answer as it was received: a copy that nobody else holds. */
export interface ReceivedDelta {
  readonly kind: "delta";
  readonly value: JsonValue;
  /** Tokens in it, at least. */
  readonly outputTokens: number;
}

export interface ReceivedEnd {
  readonly kind: "end";
  readonly output: JsonValue | undefined;
  readonly usage: ServiceResult["usage"];
}

/** What an event may hold, each of any type. */
interface EventMembers {
  readonly kind?: unknown;
  readonly value?: unknown;
  readonly outputTokens?: unknown;
  readonly finish?: unknown;
  readonly output?: unknown;
  readonly usage?: unknown;
}

/** What a source said, if it is an event. A violation says why it is none. Never throws. */
export function readEvent(value: unknown, deltaBudget: SnapshotBudget): ReceivedDelta | ReceivedEnd | Violation {
  try {
    if (typeof value !== "object" || value === null) return noEvent("a value that is no event");
    const event: EventMembers = value;
    const { kind } = event;
    if (kind === "delta") return readDelta(event, deltaBudget);
    return kind === "end" ? readEnd(event) : noEvent("an event of no known kind");
  } catch (error) {
    const found = error instanceof CaioError ? error.details["found"] : undefined;
    return noEvent(typeof found === "string" ? found : "a value that throws when it is read");
  }
}

function readDelta(event: EventMembers, budget: SnapshotBudget): ReceivedDelta | Violation {
  const { value, outputTokens = 1 } = event;
  if (value === undefined) return noEvent("a delta without a value");
  if (typeof outputTokens !== "number" || !Number.isSafeInteger(outputTokens) || outputTokens < 0) {
    return noEvent("a delta whose tokens are no count");
  }
  // Values are limited in each delta, characters in all together.
  const left = { nodes: outputBudget().nodes, text: budget.text };
  const copy = snapshotJson(value, left);
  budget.text = left.text;
  return { kind: "delta", value: copy, outputTokens };
}

function readEnd(event: EventMembers): ReceivedEnd | Violation {
  const { finish, output, usage } = event;
  if (typeof finish !== "string") return noEvent("an end without a reason");
  const counts = readUsage(usage);
  if (counts === null) return noEvent("a usage that is no count of tokens");
  return { kind: "end", output: output === undefined ? undefined : snapshotJson(output), usage: counts };
}

function noEvent(found: string): Violation {
  return { property: "result", promised: "a stream of JSON", measured: found, reason: `The service returned ${found}.` };
}
