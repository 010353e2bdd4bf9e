import type { JsonValue } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { checkJsonOutput, executorError } from "@caio/contracts/executor";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ListToolsResultSchema, type Tool } from "@modelcontextprotocol/sdk/types.js";

import type { ListedTool } from "./tool-lister.ts";

/** Pages that a list may have: a server that always has one more is no list. */
const MAX_PAGES = 20;

/** All tools of a server, page by page. @throws what the client throws, and `ExecutionFailed` for a list without end */
export async function listedTools(client: Client, contract: ServiceContract, signal: AbortSignal): Promise<readonly ListedTool[]> {
  const tools: ListedTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    // Not `client.listTools`: that would have the client check every later answer against schemas that the server wrote.
    const params = cursor === undefined ? {} : { cursor };
    const result = await client.request({ method: "tools/list", params }, ListToolsResultSchema, { signal });
    tools.push(...result.tools.map((tool) => listed(tool, contract)));
    if (result.nextCursor === undefined) return tools;
    cursor = result.nextCursor;
  }
  throw executorError("ExecutionFailed", contract, `its server's list of tools has more than ${String(MAX_PAGES)} pages. Correct the server.`);
}

function listed({ name, title, description, inputSchema, outputSchema, annotations }: Tool, contract: ServiceContract): ListedTool {
  return {
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    inputSchema: schemaOf(inputSchema, contract),
    ...(outputSchema === undefined ? {} : { outputSchema: schemaOf(outputSchema, contract) }),
    hints: {
      ...(annotations?.readOnlyHint === undefined ? {} : { readOnly: annotations.readOnlyHint }),
      ...(annotations?.destructiveHint === undefined ? {} : { destructive: annotations.destructiveHint }),
      ...(annotations?.idempotentHint === undefined ? {} : { idempotent: annotations.idempotentHint }),
    },
  };
}

function schemaOf(schema: unknown, contract: ServiceContract): Readonly<Record<string, JsonValue>> {
  const value = checkJsonOutput(schema, contract);
  return typeof value === "object" && value !== null && !isArray(value) ? value : {};
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
