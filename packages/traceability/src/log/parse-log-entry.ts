import { CaioError, canonicalJson, isDigest, MICRO, type JsonObject, type JsonValue } from "@caio/core";

import { feedbackAspects, feedbackKinds, untaughtReasons } from "../feedback/feedback-body.ts";
import type { LogEntry } from "./log-entry.ts";

const KINDS = new Set(["decision", "outcome", "feedback", "registry", "policy", "history"]);

/**
 * An entry from its text: the door by which what a store kept comes back.
 *
 * @throws CaioError `IntegrityViolation` for text that is not the canonical JSON of an entry.
 */
export function parseLogEntry(text: string): LogEntry {
  const value = parseJson(text);
  if (!isObject(value) || !isEntry(value)) throw refuse("what is no entry");
  if (canonicalJson(value) !== text) throw refuse("text that is not canonical");
  return value;
}

/**
 * Holds a value against what `parseLogEntry` asks of one.
 *
 * @throws CaioError `IntegrityViolation`
 */
export function requireLogEntry(value: object): asserts value is LogEntry {
  if (!isEntry(value as JsonObject)) throw refuse("what is no entry");
}

function parseJson(text: string): JsonValue {
  try {
    const value: unknown = JSON.parse(text);
    return value as JsonValue;
  } catch (cause) {
    throw refuse("text that is no JSON", cause);
  }
}

/** The parts that linking, finding and counting rely on; certificates are checked by their verifier. */
function isEntry(value: JsonObject): value is JsonObject & LogEntry {
  const { kind, tenant, body, prev } = { kind: value["kind"], tenant: value["tenant"], body: value["body"], prev: value["prev"] };
  if (Object.keys(value).length !== 4 || typeof kind !== "string" || !KINDS.has(kind)) return false;
  if (!isObject(body) || !isDigestOrNull(prev)) return false;
  if (kind === "decision") return typeof tenant === "string" && isDecision(body);
  if (kind === "outcome") return typeof tenant === "string" && isOutcome(body);
  if (kind === "feedback") return typeof tenant === "string" && isFeedback(body);
  const version = isCount(body["version"]) && isDigest(body["digest"]) && isDigestOrNull(body["parent"]);
  return (tenant === null || typeof tenant === "string") && version;
}

function isDecision(body: JsonObject): boolean {
  const selected = body["selected"];
  const named = selected === null || (isObject(selected) && typeof selected["service"] === "string");
  return isDigest(body["decisionId"]) && isDigest(body["certificate"]) && isCount(body["now"]) && named;
}

function isOutcome(body: JsonObject): boolean {
  return isDigest(body["decisionId"]) && typeof body["service"] === "string" && isCount(body["endedAt"]);
}

/** H is made of what it says, also after a restart: all of it is asked for that learning relies on. */
function isFeedback(body: JsonObject): boolean {
  const { kind, aspect, taught, untaught } = { kind: body["kind"], aspect: body["aspect"], taught: body["taught"], untaught: body["untaught"] };
  if (!isDigest(body["decisionId"]) || !isDigest(body["source"]) || !isDigest(body["content"]) || !isDigestOrNull(body["name"])) return false;
  if (!["service", "model"].every((each) => body[each] === null || typeof body[each] === "string")) return false;
  if (!isCount(body["at"]) || !isCount(body["receivedAt"])) return false;
  if (!isOneOf(feedbackKinds, kind) || !isOneOf(feedbackAspects, aspect)) return false;
  if (!["rewardMicros", "decisionRewardMicros"].every((each) => isScoreOrNull(body[each]))) return false;
  if (taught === null) return isOneOf(untaughtReasons, untaught);
  return untaught === null && isObject(taught) && isRewardOrNull(taught["fromMicros"]) && isReward(taught["toMicros"]);
}

function isOneOf(allowed: readonly string[], value: JsonValue | undefined): boolean {
  return typeof value === "string" && allowed.includes(value);
}

function isReward(value: JsonValue | undefined): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && Math.abs(value) <= MICRO;
}

function isScoreOrNull(value: JsonValue | undefined): boolean {
  return value === null || (isReward(value) && Number(value) >= 0);
}

function isRewardOrNull(value: JsonValue | undefined): boolean {
  return value === null || isReward(value);
}

function isCount(value: JsonValue | undefined): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isDigestOrNull(value: JsonValue | undefined): boolean {
  return value === null || isDigest(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(found: string, cause?: unknown): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `Found ${found} in the log, expected the canonical JSON of an entry.`, {
    details: { found, expected: "a log entry" },
    cause,
  });
}
