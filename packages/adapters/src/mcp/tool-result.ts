import type { JsonValue } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { checkJsonOutput, executorError } from "@caio/contracts/executor";

/**
 * The output of a tool: its `structuredContent` if it gives one, else `{ content: [...] }` as it came. Text that looks
 * like JSON stays text: guessing would make the type depend on the data.
 *
 * @throws CaioError `ExecutionFailed` if the tool says that it failed. Its text is left out, since it may quote the payload.
 */
export function toolOutput(result: unknown, contract: ServiceContract, tool: string): JsonValue {
  const parts = typeof result === "object" && result !== null ? result : {};
  if ("isError" in parts && parts.isError === true) {
    throw executorError("ExecutionFailed", contract, `the tool ${tool} says that it failed. Check the payload against its input schema.`, {
      details: { tool },
    });
  }
  if ("structuredContent" in parts && parts.structuredContent !== undefined) {
    return checkJsonOutput(parts.structuredContent, contract);
  }
  return checkJsonOutput({ content: "content" in parts ? parts.content : [] }, contract);
}
