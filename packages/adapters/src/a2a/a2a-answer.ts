import type { JsonObject, JsonValue } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { executorError } from "@caio/contracts/executor";

/** JSON-RPC codes that say: not in this version (method not found, version not supported, and the 0.3 answer to an unknown shape). */
const OTHER_VERSION = new Set([-32_601, -32_009]);
const COMPLETED = new Set(["TASK_STATE_COMPLETED", "completed"]);
const UNFINISHED = new Set(["TASK_STATE_SUBMITTED", "TASK_STATE_WORKING", "submitted", "working"]);

/** Whether an agent answered that it does not speak the version of the request: then it did nothing. */
export function isOtherVersion(answer: JsonValue): boolean {
  const code = objectIn(answer, "error")?.["code"];
  return typeof code === "number" && OTHER_VERSION.has(code);
}

/**
 * The output of an agent's answer, of either version: of a message its parts, of a completed task the parts of all its artifacts, else of its last
 * message. Text and data become `{ text, data }`, text alone `{ text }`, and one part of data alone is the output itself.
 *
 * @throws CaioError `ExecutionFailed` for an error, a task in any other state, or parts that are neither; `ServiceUnavailable` for a task that is not over. What the
 * agent wrote is left out, since it may quote the payload.
 */
export function a2aOutput(answer: JsonValue, contract: ServiceContract): JsonValue {
  const error = objectIn(answer, "error");
  if (error !== undefined) {
    const code = error["code"];
    throw executorError("ExecutionFailed", contract, "the agent refused the message. Check that it takes this payload.", { details: { a2a_code: typeof code === "number" ? code : null } });
  }
  const result = objectIn(answer, "result");
  if (result === undefined) throw noAnswer(contract);
  const task = objectIn(result, "task") ?? ("status" in result ? result : undefined);
  if (task !== undefined) return outputOf(partsOfTask(task, contract), contract);
  const message = objectIn(result, "message") ?? result;
  return outputOf(listIn(message, "parts"), contract);
}

function partsOfTask(task: JsonObject, contract: ServiceContract): readonly JsonValue[] {
  const status = objectIn(task, "status") ?? {};
  const { state } = status;
  if (typeof state !== "string") throw noAnswer(contract);
  if (UNFINISHED.has(state)) throw executorError("ServiceUnavailable", contract, "the agent answered with a task that is not over. Let it answer when it is.", { details: { state: state.toLowerCase() } });
  if (!COMPLETED.has(state)) throw executorError("ExecutionFailed", contract, "the agent's task did not complete.", { details: { state: /^[\w-]{1,40}$/.test(state) ? state : "unknown" } });
  const parts = listIn(task, "artifacts").flatMap((artifact) => listIn(artifact, "parts"));
  return parts.length > 0 ? parts : listIn(objectIn(status, "message") ?? {}, "parts");
}

function outputOf(parts: readonly JsonValue[], contract: ServiceContract): JsonValue {
  const texts: string[] = [];
  const data: JsonValue[] = [];
  for (const part of parts) {
    if (!isObject(part)) throw noAnswer(contract);
    if (typeof part["text"] === "string") texts.push(part["text"]);
    else if (part["data"] !== undefined) data.push(part["data"]);
    else throw executorError("ExecutionFailed", contract, "the agent answered with a file. Only text and data are taken.");
  }
  const [only] = data;
  if (texts.length === 0 && data.length === 1 && only !== undefined) return only;
  if (texts.length === 0 && data.length === 0) throw noAnswer(contract);
  return { ...(texts.length === 0 ? {} : { text: texts.join("\n") }), ...(data.length === 0 ? {} : { data }) };
}

function noAnswer(contract: ServiceContract): Error {
  return executorError("ExecutionFailed", contract, "the answer is neither a message nor a task. Correct the agent.");
}

function objectIn(value: JsonValue, key: string): JsonObject | undefined {
  const member = isObject(value) ? value[key] : undefined;
  return member !== undefined && isObject(member) ? member : undefined;
}

function listIn(value: JsonValue, key: string): readonly JsonValue[] {
  const member = isObject(value) ? value[key] : undefined;
  return isList(member) ? member : [];
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
