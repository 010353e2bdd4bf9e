import type { Protocol, ServiceCall, ServiceContract, ServiceExecutor, ServiceHealth, ServiceResult } from "@caio/contracts";

import type { HttpReachOptions } from "../http/http-reach.ts";
import type { McpCalls } from "./mcp-calls.ts";
import type { McpServerCommand } from "./server-command.ts";
import type { ListedTool, ToolLister } from "./tool-lister.ts";

export interface McpExecutorOptions {
  /** The servers that contracts may name in `api.server`. */
  readonly servers: Readonly<Record<string, McpServerCommand>>;
  /** Where servers over HTTP may be, and the secrets for them. Default: by locality, and no secrets. */
  readonly http?: HttpReachOptions;
  /** Longest message of a server, bytes. Default 4 MiB. */
  readonly maxMessageBytes?: number;
  /** Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Default 2000. */
  readonly healthTimeoutMs?: number;
  /** First pause before a server that keeps dying is started again, milliseconds; doubles up to 10 s. Default 100. */
  readonly backoffMs?: number;
  /** How long a server may take to end when the executor closes, milliseconds, before it is asked, then killed. Default 1000. */
  readonly graceMs?: number;
}

/**
 * Calls tools of MCP servers, over standard input and output or over streamable HTTP. A server over stdio is started by the first
 * call that needs it, shared by all contracts that name it, and started again after it died; a connection over HTTP is shared and
 * made again in the same way.
 *
 * The payload is the tool's arguments; the output is its structured content, else `{ content: [...] }`.
 *
 * @example
 * ```ts
 * import { McpExecutor } from "@caio/adapters";
 *
 * const executor = new McpExecutor({
 *   servers: { files: { command: "/usr/bin/node", args: ["server-filesystem/dist/index.js", "/srv/shared"] } },
 * });
 * await executor.close();
 * ```
 */
export class McpExecutor implements ServiceExecutor, ToolLister {
  readonly protocols: readonly Protocol[] = ["mcp"];
  readonly #options: McpExecutorOptions;
  #calls: Promise<McpCalls> | undefined;
  #closed = false;

  constructor(options: McpExecutorOptions) {
    this.#options = options;
  }

  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed` */
  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    return await (await this.#loaded()).execute(call, signal);
  }

  /** The tools of the contract's server, starting it if needed. Bounded by the signal alone. */
  async listTools(contract: ServiceContract, signal: AbortSignal): Promise<readonly ListedTool[]> {
    return await (await this.#loaded()).listTools(contract, signal);
  }

  /** Pings the server, starting it if needed. One that does not answer is ended, so that the next call gets a fresh one. Never throws. */
  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    return await (await this.#loaded()).health(contract, signal);
  }

  /** Ends every server it started, and every connection. */
  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#calls)?.close();
  }

  /** The protocol's SDK is a sixth of the time that a gateway takes to start, and many call no MCP server. */
  #loaded(): Promise<McpCalls> {
    this.#calls ??= import("./mcp-calls.ts").then(async ({ McpCalls: Calls }) => {
      const calls = new Calls(this.#options);
      if (this.#closed) await calls.close();
      return calls;
    });
    return this.#calls;
  }
}
