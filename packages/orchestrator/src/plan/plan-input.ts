import { CaioError, type JsonObject, type JsonValue } from "@caio/core";

/**
 * A payload with its references filled in: `{ "$from": "step", "pointer": "/language" }` stands for that place in the output of
 * an earlier step (RFC 6901); without a pointer, for the whole output.
 *
 * @throws CaioError `InvalidPlan` for a step that has not answered or a place that its output does not have.
 */
export function resolvePayload(payload: JsonValue, outputs: ReadonlyMap<string, JsonValue>): JsonValue {
  if (isArray(payload)) return payload.map((item) => resolvePayload(item, outputs));
  if (!isObject(payload)) return payload;
  if (typeof payload["$from"] === "string") return resolveReference(payload["$from"], payload["pointer"], outputs);
  return Object.fromEntries(Object.entries(payload).map(([key, member]) => [key, resolvePayload(member, outputs)]));
}

function resolveReference(step: string, pointer: JsonValue | undefined, outputs: ReadonlyMap<string, JsonValue>): JsonValue {
  const output = outputs.get(step);
  if (output === undefined) throw refuse(step, "", "a step that comes before this one in a seq");
  if (pointer === undefined || pointer === "") return output;
  if (typeof pointer !== "string" || !pointer.startsWith("/")) throw refuse(step, "", "a JSON pointer such as /language");
  let value = output;
  for (const token of pointer.slice(1).split("/")) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const next = memberOf(value, key);
    if (next === undefined) throw refuse(step, pointer, "a place that the output has");
    value = next;
  }
  return value;
}

function memberOf(value: JsonValue, key: string): JsonValue | undefined {
  if (isArray(value)) return /^(0|[1-9]\d*)$/.test(key) ? value[Number(key)] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function refuse(step: string, pointer: string, expected: string): CaioError<"InvalidPlan"> {
  const message = `A payload refers to ${JSON.stringify(step)}${pointer === "" ? "" : ` at ${pointer}`}, expected ${expected}.`;
  return new CaioError("InvalidPlan", message, { details: { step, pointer, expected } });
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
