import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { allowByLocality, type HttpExecutorOptions, type McpExecutorOptions } from "@caio/adapters";
import type { ServiceContract } from "@caio/contracts";

import { eldIdentifier } from "./services/eld-identifier.ts";
import { readContract } from "./services/example-files.ts";
import { fasttextIdentifier } from "./services/fasttext-identifier.ts";
import { flakyIdentifier, type FlakyMode } from "./services/flaky-identifier.ts";
import { francIdentifier } from "./services/franc-identifier.ts";
import { runService, type RunningService } from "./services/listening-service.ts";
import { exampleServers } from "./services/mcp-servers.ts";
import { tinyldIdentifier } from "./services/tinyld-identifier.ts";

export type { FlakyMode } from "./services/flaky-identifier.ts";

export interface ExampleOptions {
  /** Hears what starts, for people who wait. */
  readonly onProgress?: (line: string) => void;
  /** Where files and memory are kept. Default: a new folder under the system's temporary one, removed by `close`. */
  readonly sandbox?: string;
}

/** The example services, running. */
export interface ExampleServices {
  /** The contracts of `contracts/`, with the ports that the services really have, by service id. */
  readonly contracts: readonly ServiceContract[];
  /** Contracts to register later: the fake, and version 2 of `lid-tinyld` for a hot swap. Both are served already. */
  readonly later: { readonly flaky: ServiceContract; readonly tinyldV2: ServiceContract };
  /** Options for the executors of `@caio/adapters`. */
  readonly executors: {
    readonly http: Pick<HttpExecutorOptions, "allow">;
    readonly mcp: Pick<McpExecutorOptions, "servers">;
  };
  readonly sandbox: string;
  /** Tells the fake how to behave from now on. */
  setFlakyMode(mode: FlakyMode): void;
  /** Stops every service, and removes the folder if it was made here. MCP servers belong to their executor. */
  close(): Promise<void>;
}

/**
 * Starts every example service on loopback and puts a file to read into the sandbox. MCP servers are started by the executor that
 * gets `executors.mcp`.
 *
 * @example
 * ```ts
 * import { HttpExecutor, McpExecutor, ProtocolDispatcher } from "@caio/adapters";
 * import { startExampleServices } from "@caio/examples";
 *
 * const examples = await startExampleServices({ onProgress: (line) => process.stderr.write(`${line}\n`) });
 * const executor = new ProtocolDispatcher([new HttpExecutor(examples.executors.http), new McpExecutor(examples.executors.mcp)]);
 * await executor.close();
 * await examples.close();
 * ```
 */
export async function startExampleServices(options: ExampleOptions = {}): Promise<ExampleServices> {
  const running: RunningService[] = [];
  const sandbox = options.sandbox ?? (await mkdtemp(join(tmpdir(), "caio-examples-")));
  const close = async (): Promise<void> => {
    await Promise.allSettled(running.map(({ listening }) => listening.close()));
    if (options.sandbox === undefined) await rm(sandbox, { recursive: true, force: true });
  };
  try {
    await writeFile(join(sandbox, "notes.txt"), "The kettle whistles every morning at six.\n");
    const start = async (path: string, serve: (contract: ServiceContract) => Promise<RunningService>): Promise<ServiceContract> => {
      const contract = await readContract(path);
      options.onProgress?.(`starting ${contract.serviceId} ${contract.version}`);
      const service = await serve(contract);
      running.push(service);
      return service.contract;
    };
    const contracts = [
      await readContract("contracts/mcp-everything.yaml"),
      await readContract("contracts/mcp-filesystem.yaml"),
      await readContract("contracts/mcp-memory.yaml"),
      await start("contracts/lid-eld.yaml", (contract) => runService(eldIdentifier(contract))),
      await start("contracts/lid-fasttext.yaml", (contract) => runService(fasttextIdentifier(contract))),
      await start("contracts/lid-franc.yaml", (contract) => runService(francIdentifier(contract))),
      await start("contracts/lid-tinyld.yaml", (contract) => runService(tinyldIdentifier(contract))),
    ];
    const tinyldV2 = await start("contracts-later/lid-tinyld-v2.yaml", (contract) => runService(tinyldIdentifier(contract)));
    const fake = flakyIdentifier(await readContract("contracts-later/flaky-identifier.yaml"));
    const flaky = await start("contracts-later/flaky-identifier.yaml", () => runService(fake.service));
    return {
      contracts,
      later: { flaky, tinyldV2 },
      executors: { http: { allow: allowRunning(running) }, mcp: { servers: exampleServers(sandbox) } },
      sandbox,
      setFlakyMode: (mode) => { fake.setMode(mode); },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One service plays an external one on loopback, which the default rule refuses: its address is named. */
function allowRunning(running: readonly RunningService[]): NonNullable<HttpExecutorOptions["allow"]> {
  const origins = new Set(running.map(({ listening }) => listening.url));
  return (target) => origins.has(target.origin) || allowByLocality(target);
}
