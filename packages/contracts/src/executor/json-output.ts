import { canonicalJson, type JsonValue } from "@caio/core";

import type { ServiceContract } from "../service-contract.ts";
import { executorError } from "./executor-error.ts";

/**
 * JSON in UTF-8 from a service, or an error: what cannot be held faithfully (1e400, lone surrogates, depth over 256,
 * integers past 2^53 − 1) could be neither hashed nor kept.
 *
 * @throws CaioError `ExecutionFailed`, which quotes nothing of the bytes.
 */
export function parseJsonOutput(bytes: Uint8Array, contract: Pick<ServiceContract, "serviceId">): JsonValue {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw executorError("ExecutionFailed", contract, "the answer is no JSON in UTF-8. Correct the service.", {
      details: { bytes: bytes.length },
    });
  }
  return checkJsonOutput(value, contract);
}

/** The value, if it is JSON that canonical JSON can hold. @throws CaioError `ExecutionFailed` */
export function checkJsonOutput(value: unknown, contract: Pick<ServiceContract, "serviceId">): JsonValue {
  // The door through which foreign values come in: canonicalJson refuses everything that is no JSON value.
  const output = value as JsonValue;
  try {
    canonicalJson(output);
  } catch {
    throw executorError(
      "ExecutionFailed",
      contract,
      "the answer holds what JSON cannot keep faithfully (a number out of range, ill-formed text, or nesting over 256). Correct the service.",
    );
  }
  return output;
}
