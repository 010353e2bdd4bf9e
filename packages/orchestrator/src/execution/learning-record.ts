import { canonicalJson, fromHex, isDigest, toHex, type Digest, type JsonObject, type JsonValue } from "@caio/core";
import { FIELD_SIZE, MAX_EXPECTED, toWire, type ExpectedValue, type ExpectedValues, type FeatureVector, type Field, type Principal, type Request } from "@caio/contracts";
import type { LearnedOutcome } from "@caio/control";

import { derive } from "../identity.ts";

/** What is kept of a decision so that feedback can be learned later: what it was made on, and by what its caller is known again. */
export interface LearningRecord {
  readonly encoderId: string;
  readonly intent: Field;
  /** What learning saw of the text, if the encoder shows it. */
  readonly features?: FeatureVector;
  /** What a fitted model expected of the pairs. */
  readonly expected?: ExpectedValues;
  /** `callerDigest` of who asked. */
  readonly caller: Digest;
  /** True: a success of it teaches nothing until somebody says what it was worth (`OrchestratorPorts.successesWait`). */
  readonly waits: boolean;
}

/** What learning needs of them. */
export type LearnedFields = Pick<LearningRecord, "intent" | "features" | "expected">;

/** What learning needs of an outcome's decision. */
export type OutcomeFields = Pick<LearnedOutcome, "intent" | "features" | "expected" | "inputTokens" | "waits">;

/** What learning takes of them. */
export function learnedFields({ intent, features, expected }: LearnedFields): LearnedFields {
  return { intent, ...(features === undefined ? {} : { features }), ...(expected === undefined ? {} : { expected }) };
}

/** What learning takes of a request whose call has ended. */
export function outcomeFields({ fields, size: { inputTokens } }: Pick<Request, "fields" | "size">, waits: boolean): OutcomeFields {
  return { ...learnedFields(fields), ...(inputTokens === undefined ? {} : { inputTokens }), ...(waits ? { waits } : {}) };
}

/** The text of the record of a request: canonical JSON. It goes where the decision's key goes, and is erased with it. */
export function learningRecord({ fields, decisionKey, principal }: Request, waits = false): string {
  const { encoderId, intent, features, expected } = fields;
  // Every decision makes one, and most of it is a list of integers, of which no general writer is needed.
  const seen = features === undefined ? "" : `"features":[${features.join(",")}],`;
  const foretold = expected === undefined ? "" : `"expected":${canonicalJson(toWire(expected))},`;
  const waiting = waits ? ',"waits":true' : "";
  return `{"caller":"${callerDigest(decisionKey, principal)}","encoderId":${canonicalJson(encoderId)},${foretold}${seen}"intent":[${intent.join(",")}]${waiting}}`;
}

/** The record of a text that a store gave back; undefined for what is none, of which nothing can be learned. */
export function parseLearningRecord(text: string): LearningRecord | undefined {
  const { encoderId, intent, features, expected, caller, waits } = objectOf(text);
  if (typeof encoderId !== "string" || !isIntegers(intent) || intent.length !== 2 * FIELD_SIZE || !isDigest(caller)) return undefined;
  if (features !== undefined && !isIntegers(features)) return undefined;
  const foretold = expected === undefined ? undefined : readExpected(expected);
  if (foretold === null) return undefined;
  return { encoderId, intent, caller, waits: waits === true, ...(features === undefined ? {} : { features }), ...(foretold === undefined ? {} : { expected: foretold }) };
}

/** Who somebody is to one decision: the same person is another to every other decision, and nobody without its key finds out who it is. */
export function callerDigest(decisionKey: Digest, { issuer, subject, tenant }: Pick<Principal, "issuer" | "subject" | "tenant">): Digest {
  return toHex(derive(fromHex(decisionKey), "salt", `feedback/${canonicalJson([issuer, subject, tenant])}`));
}

function objectOf(text: string): Readonly<Record<string, JsonValue | undefined>> {
  try {
    return asObject(JSON.parse(text) as JsonValue);
  } catch {
    return {};
  }
}

function isIntegers(value: JsonValue | undefined): value is number[] {
  return Array.isArray(value) && value.every((each: JsonValue) => Number.isSafeInteger(each));
}

/** Null for what is no list of expectations. */
function readExpected(value: JsonValue): ExpectedValues | null {
  const { model, pairs } = asObject(value);
  if (!isDigest(model) || !Array.isArray(pairs) || pairs.length > MAX_EXPECTED) return null;
  const read = pairs.map(readPair);
  return read.every((each) => each !== undefined) ? { model, pairs: read } : null;
}

function readPair(value: JsonValue): ExpectedValue | undefined {
  const { service, model, micros } = asObject(value);
  const known = typeof service === "string" && (model === null || typeof model === "string") && Number.isSafeInteger(micros);
  return known ? { service, model, micros: Number(micros) } : undefined;
}

function asObject(value: JsonValue): Readonly<Record<string, JsonValue | undefined>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
