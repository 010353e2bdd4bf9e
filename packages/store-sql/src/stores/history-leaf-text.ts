import { historyFromWire, onlineToDocument, toWire, type HistoryLeaf, type LearnedValue } from "@caio/contracts";
import { canonicalJson, type JsonObject, type JsonValue } from "@caio/core";

import { jsonObjectOf } from "./row-door.ts";

/** A leaf as text. Doubles are hex of their bits, big-endian: what is read is what was written, the sign of zero included. */
export function leafText({ learned, memory, ...leaf }: HistoryLeaf): string {
  return canonicalJson({
    service: leaf.service,
    model: leaf.model,
    health: leaf.health,
    promises: toWire(leaf.promises),
    outcomes: leaf.outcomes,
    violations: leaf.violations,
    ...(learned === undefined ? {} : { learned: learnedText(learned) }),
    ...(memory === undefined ? {} : { memory: hexOf(memory) }),
  });
}

/** The leaf of its text, through the parser of histories. @throws for any other text */
export function parseLeaf(text: string): HistoryLeaf {
  const { learned, memory, ...leaf } = jsonObjectOf(text);
  const wire: JsonObject = {
    ...leaf,
    ...(learned === undefined ? {} : { learned: learnedOf(learned) }),
    ...(memory === undefined ? {} : { memory: doublesOf(memory) }),
  };
  const [parsed] = historyFromWire({ version: 0, leaves: [wire] }).leaves;
  if (parsed === undefined) throw new SyntaxError("not a leaf");
  return parsed;
}

function learnedText({ theta, inverse, online }: LearnedValue): JsonObject {
  return { theta: hexOf(theta), inverse: hexOf(inverse), ...(online === undefined ? {} : { online: onlineToDocument(online) }) };
}

function learnedOf(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { theta, inverse, ...rest } = value as JsonObject;
  return { ...rest, theta: doublesOf(theta), inverse: doublesOf(inverse) };
}

/** What is no hex stays as it is, for the parser to refuse. */
function doublesOf(value: JsonValue | undefined): JsonValue {
  if (typeof value !== "string" || !/^(?:[0-9a-f]{16})*$/.test(value)) return value ?? null;
  const bytes = Buffer.from(value, "hex");
  return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleBE(index * 8));
}

function hexOf(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeDoubleBE(value, index * 8));
  return bytes.toString("hex");
}
