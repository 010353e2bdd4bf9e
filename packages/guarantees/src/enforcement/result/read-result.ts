import { CaioError, canonicalJson, sha256Hex, type Digest, type JsonValue } from "@caio/core";
import type { ServiceResult } from "@caio/contracts";

import { snapshotJson } from "./json-snapshot.ts";
import type { Violation } from "../verdict.ts";

/** What a service returned, as JSON of bounded size that nobody else holds. */
export interface ReceivedResult {
  readonly output: JsonValue;
  readonly usage: ServiceResult["usage"];
  /** Digest of the output. */
  readonly resultDigest: Digest;
}

/** Reads `{ output, usage }` from whatever a service returned. A violation says why it is no result. Never throws. */
export function readResult(value: unknown): ReceivedResult | Violation {
  try {
    if (typeof value !== "object" || value === null) return noResult("a value that is no object");
    const members: { output?: unknown; usage?: unknown } = value;
    const output = members.output;
    if (output === undefined) return noResult("no output");
    const copy = snapshotJson(output);
    const usage = readUsage(members.usage);
    if (usage === null) return noResult("a usage that is no count of tokens");
    return { output: copy, usage, resultDigest: sha256Hex(canonicalJson(copy)) };
  } catch (error) {
    const found = error instanceof CaioError ? error.details["found"] : undefined;
    return noResult(typeof found === "string" ? found : "a value that throws when it is read");
  }
}

/** Counts of tokens, if they are any. Null: not a usage. */
export function readUsage(value: unknown): ServiceResult["usage"] | null {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object") return null;
  const { inputTokens, outputTokens }: { inputTokens?: unknown; outputTokens?: unknown } = value;
  if (!isCountOrAbsent(inputTokens) || !isCountOrAbsent(outputTokens)) return null;
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  };
}

function isCountOrAbsent(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === "number" && Number.isSafeInteger(value) && value >= 0);
}

function noResult(found: string): Violation {
  return { property: "result", promised: "JSON", measured: found, reason: `The service returned ${found}.` };
}
