import { isToolLister, type ListedTool } from "@caio/adapters";
import { CaioError, type Digest } from "@caio/core";
import type { ServiceEntry } from "@caio/registry";

import { asCaioError } from "../door/error-reply.ts";
import type { GatewayPorts } from "../wiring/gateway-ports.ts";

/** How long an answer of a server is taken for its list, microseconds. */
const FRESH_US = 60_000_000;
/** How long a server that failed is not asked again, microseconds. */
const FAILED_US = 2_000_000;
/** How long anybody waits for a list, counted from when it was asked for, milliseconds: starting a server takes its time. */
const WAIT_MS = 10_000;
/** How long a list may take before it is given up, milliseconds. */
const LIMIT_MS = 30_000;
/** Lists that are kept; the oldest go first. */
const MAX_KEPT = 1000;

interface Kept {
  readonly at: number;
  /** The last list that came. */
  readonly tools?: readonly ListedTool[];
  /** Why the last question was not answered. */
  readonly fault?: CaioError;
}

/** A list that is under way. */
interface Asked {
  readonly since: number;
  readonly tools: Promise<readonly ListedTool[]>;
}

/** What MCP servers say of their tools, asked when it is needed and kept for a minute. */
export class ToolCatalogue {
  readonly #ports: Pick<GatewayPorts, "executor" | "clock">;
  readonly #kept = new Map<Digest, Kept>();
  readonly #asked = new Map<Digest, Asked>();

  constructor(ports: Pick<GatewayPorts, "executor" | "clock">) {
    this.#ports = ports;
  }

  /**
   * The tools of a service by name. Undefined if the executor cannot ask for them: then the contract alone says what there is.
   *
   * @throws CaioError of a server that is not there, or takes longer than the limit
   */
  async tools(entry: ServiceEntry): Promise<readonly ListedTool[] | undefined> {
    const { executor, clock } = this.#ports;
    if (!isToolLister(executor)) return undefined;
    const kept = this.#kept.get(entry.contractDigest);
    const age = kept === undefined ? Infinity : clock.nowUs() - kept.at;
    if (kept?.fault !== undefined && age < FAILED_US) throw kept.fault;
    if (kept?.tools !== undefined && kept.fault === undefined && age < FRESH_US) return kept.tools;
    const asked = this.#asked.get(entry.contractDigest) ?? this.#ask(entry, (signal) => executor.listTools(entry.contract, signal));
    return await inTime(asked.tools, entry, WAIT_MS - (clock.nowUs() - asked.since) / 1000);
  }

  /** As `tools`, but an old list is good enough if no new one is to be had. */
  async lastKnown(entry: ServiceEntry): Promise<readonly ListedTool[] | undefined> {
    try {
      return await this.tools(entry);
    } catch (error) {
      const tools = this.#kept.get(entry.contractDigest)?.tools;
      if (tools !== undefined) return tools;
      throw error;
    }
  }

  #ask({ contractDigest }: ServiceEntry, list: (signal: AbortSignal) => Promise<readonly ListedTool[]>): Asked {
    const asked = { since: this.#ports.clock.nowUs(), tools: list(AbortSignal.timeout(LIMIT_MS)) };
    this.#asked.set(contractDigest, asked);
    asked.tools
      .then((tools) => { this.#keep(contractDigest, { tools }); }, (fault: unknown) => { this.#keep(contractDigest, { ...this.#kept.get(contractDigest), fault: asCaioError(fault) }); })
      .finally(() => this.#asked.delete(contractDigest));
    return asked;
  }

  #keep(digest: Digest, answer: Omit<Kept, "at">): void {
    this.#kept.delete(digest);
    this.#kept.set(digest, { ...answer, at: this.#ports.clock.nowUs() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** Starting a server is not ended by the signal of one question: whoever asks waits no longer all the same. */
async function inTime<T>(work: Promise<T>, { contract }: ServiceEntry, waitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new CaioError("DeadlineExceeded", `Service ${contract.serviceId}: its server did not list its tools in time.`, { details: { service: contract.serviceId } }));
    }, Math.max(0, waitMs));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
