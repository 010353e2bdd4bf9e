import type { JsonObject } from "@caio/core";
import type { ServiceContract, ServiceExecutor } from "@caio/contracts";

/** A tool as its own server describes it. */
export interface ListedTool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  /** A JSON Schema of an object. */
  readonly inputSchema: JsonObject;
  readonly outputSchema?: JsonObject;
  /** What the server says of its effects: a hint, no promise. */
  readonly hints: { readonly readOnly?: boolean; readonly destructive?: boolean; readonly idempotent?: boolean };
}

/** An executor that can ask the server of a contract which tools it has. */
export interface ToolLister {
  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed` */
  listTools(contract: ServiceContract, signal: AbortSignal): Promise<readonly ListedTool[]>;
}

/** Whether the executor can list tools. */
export function isToolLister(executor: ServiceExecutor): executor is ServiceExecutor & ToolLister {
  return "listTools" in executor && typeof executor.listTools === "function";
}
