import { cpus, loadavg, totalmem } from "node:os";

/** What figures depend on beside the code. No name of a host or a user. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly v8: string;
  /** Whether the packages are run from their sources, which the loader makes a few percent slower, or as built. */
  readonly code: "sources" | "built";
}

export function machine(): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    v8: process.versions.v8,
    code: import.meta.resolve("@caio/orchestrator").endsWith(".ts") ? "sources" : "built",
  };
}

/** Work that waits for a core, averaged over the last minute. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
