import {
  streamCall,
  type Protocol,
  type ServiceCall,
  type ServiceContract,
  type ServiceExecutor,
  type ServiceHealth,
  type ServiceResult,
  type ServiceStreamEvent,
} from "@caio/contracts";
import { executorError } from "@caio/contracts/executor";
import { CaioError } from "@caio/core";

import { isToolLister, type ListedTool, type ToolLister } from "./mcp/tool-lister.ts";

/**
 * One executor made of several: each call goes to the one that speaks the contract's protocol.
 *
 * @example
 * ```ts
 * import { HttpExecutor, McpExecutor, ProtocolDispatcher } from "@caio/adapters";
 *
 * const executor = new ProtocolDispatcher([
 *   new HttpExecutor(),
 *   new McpExecutor({ servers: { files: { command: "node", args: ["server.js"] } } }),
 * ]);
 * executor.protocols; // ["http", "mcp"]
 * ```
 */
export class ProtocolDispatcher implements ServiceExecutor, ToolLister {
  readonly protocols: readonly Protocol[];
  readonly #byProtocol: ReadonlyMap<Protocol, ServiceExecutor>;

  /** @throws CaioError `InvalidContract` if two executors speak the same protocol: which one is meant would be a guess. */
  constructor(executors: readonly ServiceExecutor[]) {
    const byProtocol = new Map<Protocol, ServiceExecutor>();
    for (const executor of executors) {
      for (const protocol of executor.protocols) {
        if (byProtocol.has(protocol)) {
          throw new CaioError("InvalidContract", `Two executors speak ${protocol}. Keep one.`, { details: { protocol } });
        }
        byProtocol.set(protocol, executor);
      }
    }
    this.#byProtocol = byProtocol;
    this.protocols = [...byProtocol.keys()];
  }

  /** @throws CaioError `ServiceUnavailable` for a protocol that none speaks, else what the executor throws. */
  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    return await this.#for(call.contract).execute(call, signal);
  }

  /** The answer in parts; of an executor that answers whole, in one. @throws CaioError as `execute` */
  stream(call: ServiceCall, signal: AbortSignal): AsyncIterable<ServiceStreamEvent> {
    return streamCall(this.#for(call.contract), call, signal);
  }

  resumable(call: ServiceCall): boolean {
    const executor = this.#byProtocol.get(call.contract.api.protocol);
    return executor?.stream !== undefined && executor.resumable?.(call) === true;
  }

  /** The tools that the contract's server has. @throws CaioError `ServiceUnavailable` if its protocol has none */
  async listTools(contract: ServiceContract, signal: AbortSignal): Promise<readonly ListedTool[]> {
    const executor = this.#for(contract);
    if (isToolLister(executor)) return await executor.listTools(contract, signal);
    throw executorError("ServiceUnavailable", contract, `${contract.api.protocol} has no list of tools.`);
  }

  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    const executor = this.#byProtocol.get(contract.api.protocol);
    return executor === undefined ? { healthy: false, reason: unspoken(contract) } : await executor.health(contract, signal);
  }

  /** Closes every executor, even if one of them fails to. */
  async close(): Promise<void> {
    await Promise.allSettled([...new Set(this.#byProtocol.values())].map((executor) => executor.close()));
  }

  #for(contract: ServiceContract): ServiceExecutor {
    const { protocol } = contract.api;
    const executor = this.#byProtocol.get(protocol);
    if (executor !== undefined) return executor;
    throw executorError("ServiceUnavailable", contract, unspoken(contract), { details: { protocol } });
  }
}

function unspoken(contract: ServiceContract): string {
  return `no executor speaks ${contract.api.protocol}. Configure one.`;
}
