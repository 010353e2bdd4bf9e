import type { ServiceContract } from "@caio/contracts";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { basePlace } from "../http/base-place.ts";
import { HttpReach, type HttpReachOptions } from "../http/http-reach.ts";
import { reachFetch } from "./reach-fetch.ts";
import { SharedConnection, type ConnectionLimits, type OpenedTransport } from "./shared-connection.ts";

/** More than this at once means that old ones are no longer in use. */
const MAX_CONNECTIONS = 256;

/** Connections to MCP servers over streamable HTTP, one for each place, locality and secret. */
export class HttpConnections {
  readonly #reach: HttpReach;
  readonly #limits: ConnectionLimits;
  readonly #open = new Map<string, SharedConnection>();

  constructor(reach: HttpReachOptions, limits: ConnectionLimits, maxMessageBytes: number) {
    this.#reach = new HttpReach(reach, { maxResponseBytes: maxMessageBytes, maxConnections: 64 });
    this.#limits = limits;
  }

  /** @throws CaioError `ServiceUnavailable` for a contract without an http(s) address */
  for(contract: ServiceContract): SharedConnection {
    const { origin, path } = basePlace(contract);
    const key = JSON.stringify([origin, path, contract.privacy.dataLocality ?? null, contract.api.auth ?? null]);
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#open;
    if (this.#open.size >= MAX_CONNECTIONS && oldest !== undefined) {
      this.#open.delete(oldest[0]);
      void oldest[1].close();
    }
    const connection = new SharedConnection(() => this.#transport(new URL(path, origin), contract), this.#limits);
    this.#open.set(key, connection);
    return connection;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map((connection) => connection.close()));
    await this.#reach.close();
  }

  #transport(url: URL, contract: ServiceContract): OpenedTransport {
    const kill = (): void => { void transport.close(); };
    const transport = new StreamableHTTPClientTransport(url, { fetch: reachFetch(this.#reach, contract, kill) });
    return { transport, kill };
  }
}
