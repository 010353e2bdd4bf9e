import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type { HttpExecutorOptions, McpExecutorOptions } from "@caio/adapters";
import type { ServiceContract } from "@caio/contracts";
import { CaioError } from "@caio/core";

/** What the demo needs of the running examples. */
export interface RunningExamples {
  readonly contracts: readonly ServiceContract[];
  readonly later: { readonly flaky: ServiceContract; readonly tinyldV2: ServiceContract };
  readonly executors: { readonly http: Pick<HttpExecutorOptions, "allow">; readonly mcp: Pick<McpExecutorOptions, "servers"> };
  setFlakyMode(mode: "honest" | "slow" | "wrong-schema"): void;
  close(): Promise<void>;
}

/** Starts the example services; `onProgress` hears what starts. */
export type StartExamples = (options: { readonly onProgress: (line: string) => void }) => Promise<RunningExamples>;

/**
 * The built examples of a folder. They are loaded at run time: the command is published without them.
 *
 * @throws CaioError `NotFound` that says how to get them
 */
export async function loadExamples(folder: string): Promise<StartExamples> {
  const built = resolve(folder, "dist", "services.js");
  if (!existsSync(join(folder, "contracts"))) {
    throw notFound(folder, "no examples here", "Run this at the root of the repository, or name the folder with --examples");
  }
  if (!existsSync(built)) throw notFound(folder, "the examples are not built", "Build them: npx nx build examples");
  const module: unknown = await import(pathToFileURL(built).href);
  if (!hasStart(module)) throw notFound(folder, "services.js has no startExampleServices", "Build them again: npx nx build examples");
  return module.startExampleServices;
}

/** The door to code that was not compiled with this: what it exports by that name is taken for what it says it is. */
function hasStart(module: unknown): module is { readonly startExampleServices: StartExamples } {
  return typeof module === "object" && module !== null && "startExampleServices" in module && typeof module.startExampleServices === "function";
}

function notFound(folder: string, found: string, next: string): CaioError<"NotFound"> {
  return new CaioError("NotFound", `${folder}: ${found}. ${next}.`, { details: { folder } });
}
