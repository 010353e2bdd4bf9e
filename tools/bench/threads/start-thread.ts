import { Worker } from "node:worker_threads";

import { machine } from "../run/machine.ts";

/** A decision thread that runs the same code as this process: sources or built. */
export function startDecisionThread(): Worker {
  return threadOf("./decision-thread.mjs", {});
}

/** A thread that serves the stores of a file. */
export function startStoreThread(file: string): Worker {
  return threadOf("./store-thread.mjs", { options: { file } });
}

function threadOf(program: string, data: Readonly<Record<string, unknown>>): Worker {
  const sources = machine().code === "sources";
  return new Worker(new URL(program, import.meta.url), { workerData: { ...data, sources }, execArgv: sources ? ["-C", "@caio/source"] : [] });
}
