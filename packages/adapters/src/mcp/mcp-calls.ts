import { isCaioError, type JsonObject, type JsonValue } from "@caio/core";
import type { ServiceCall, ServiceContract, ServiceExecutor, ServiceHealth, ServiceResult } from "@caio/contracts";
import { executorError, traceFields, withinDeadline } from "@caio/contracts/executor";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";

import { ChildTransport, type ChildLimits } from "./child-transport.ts";
import { HttpConnections } from "./http-connections.ts";
import { listedTools } from "./listed-tools.ts";
import { isLostSession, mcpError, mustReconnect } from "./mcp-error.ts";
import type { McpExecutorOptions } from "./mcp-executor.ts";
import type { McpServerCommand } from "./server-command.ts";
import { SharedConnection, type ConnectionLimits } from "./shared-connection.ts";
import type { ListedTool, ToolLister } from "./tool-lister.ts";
import { toolOutput } from "./tool-result.ts";

/** What `McpExecutor` promises, with the SDK that does it: loaded by the first call. */
export class McpCalls implements Omit<ServiceExecutor, "protocols">, ToolLister {
  readonly #servers: ReadonlyMap<string, SharedConnection>;
  readonly #remote: HttpConnections;
  readonly #healthTimeoutMs: number;

  constructor(options: McpExecutorOptions) {
    const child: ChildLimits = { maxMessageBytes: options.maxMessageBytes ?? 4_194_304, maxBadLines: 100, graceMs: options.graceMs ?? 1000 };
    const connection: ConnectionLimits = {
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      backoffMs: options.backoffMs ?? 100,
      maxBackoffMs: 10_000,
    };
    this.#remote = new HttpConnections(options.http ?? {}, connection, child.maxMessageBytes);
    this.#healthTimeoutMs = options.healthTimeoutMs ?? 2000;
    this.#servers = new Map(
      Object.entries(options.servers).map(([name, server]) => [name, new SharedConnection(() => openChild(server, child), connection)]),
    );
  }

  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed` */
  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    return await withinDeadline(call, signal, (bounded) => this.#callTool(call, bounded));
  }

  /** The tools of the contract's server, starting it if needed. Bounded by the signal alone. */
  async listTools(contract: ServiceContract, signal: AbortSignal): Promise<readonly ListedTool[]> {
    return await this.#answer(this.#connectionOf(contract), contract, signal, (client) => listedTools(client, contract, signal));
  }

  /** Pings the server, starting it if needed. One that does not answer is ended, so that the next call gets a fresh one. Never throws. */
  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    let connection: SharedConnection | undefined;
    try {
      connection = this.#connectionOf(contract);
      const client = await connection.client(contract);
      await client.ping({ signal, timeout: this.#healthTimeoutMs });
      return { healthy: true };
    } catch (error) {
      if (!signal.aborted) connection?.kill();
      return { healthy: false, reason: mcpError(error, contract).message };
    }
  }

  /** Ends every server it started, and every connection. */
  async close(): Promise<void> {
    await Promise.allSettled([...[...this.#servers.values()].map((connection) => connection.close()), this.#remote.close()]);
  }

  async #callTool(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    const { contract, endpoint } = call;
    const tool = endpoint?.tool;
    if (tool === undefined) {
      throw executorError("ServiceUnavailable", contract, "the contract names no tool for this capability. Add endpoints[].tool.");
    }
    const parameters = argumentsOf(call.payload, contract);
    const connection = this.#connectionOf(contract);
    const result = await this.#answer(connection, contract, signal, (client) =>
      client.callTool(
        { name: tool, arguments: parameters, _meta: { "caio/decision-id": call.decisionId, "caio/idempotency-key": call.idempotencyKey, ...traceFields(call) } },
        CallToolResultSchema,
        // The signal ends the call at the deadline; the client's own timeout must not come first.
        { signal, timeout: Math.min(2_147_483_647, Math.ceil(call.deadlineUs / 1000) + 60_000) },
      ),
    );
    try {
      return { output: toolOutput(result, contract, tool) };
    } catch (error) {
      throw mcpError(error, contract);
    }
  }

  /** What the server answers. A session that it no longer knows means that it did nothing: then once more, in a new one. */
  async #answer<T>(connection: SharedConnection, contract: ServiceContract, signal: AbortSignal, ask: (client: Client) => Promise<T>, again = true): Promise<T> {
    try {
      const client = await connection.client(contract);
      signal.throwIfAborted();
      const result = await ask(client);
      connection.answered();
      return result;
    } catch (error) {
      if (mustReconnect(error)) connection.kill();
      if (again && isLostSession(error) && !signal.aborted) return await this.#answer(connection, contract, signal, ask, false);
      // What is thrown for an abort says nothing; whose deadline it was has its own reason.
      if (signal.aborted && !isCaioError(error)) throw executorError("DeadlineExceeded", contract, "its server did not answer in time.");
      throw mcpError(error, contract);
    }
  }

  #connectionOf(contract: ServiceContract): SharedConnection {
    const { server: name, transport } = contract.api;
    if (transport === "http") return this.#remote.for(contract);
    const connection = name === undefined ? undefined : this.#servers.get(name);
    if (connection === undefined) {
      throw executorError("ServiceUnavailable", contract, `no MCP server ${JSON.stringify(name ?? "")} is configured. Add it to the executor's servers.`, {
        details: { server: name ?? null },
      });
    }
    return connection;
  }
}

function openChild(server: McpServerCommand, limits: ChildLimits): { transport: ChildTransport; kill: () => void } {
  const transport = new ChildTransport(server, limits);
  return { transport, kill: () => { transport.kill(); } };
}

function argumentsOf(payload: JsonValue, contract: ServiceContract): JsonObject {
  if (payload === null) return {};
  if (typeof payload === "object" && !isArray(payload)) return payload;
  throw executorError("ExecutionFailed", contract, "an MCP tool takes an object of arguments. Send one as the payload.");
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
