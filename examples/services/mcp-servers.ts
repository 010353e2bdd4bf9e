import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

import type { McpServerCommand } from "@caio/adapters";

import { exampleFile } from "./example-files.ts";

const require = createRequire(exampleFile("package.json"));

/**
 * How to start the three MCP servers of the examples: real ones from npm, by the path that this workspace resolves them to.
 *
 * @param sandbox - a folder; the file server sees nothing else, and the memory server keeps its graph in it
 */
export function exampleServers(sandbox: string): Readonly<Record<"everything" | "filesystem" | "memory", McpServerCommand>> {
  return {
    everything: server(require.resolve("@modelcontextprotocol/server-everything/dist/index.js"), sandbox, ["stdio"]),
    filesystem: server(require.resolve("@modelcontextprotocol/server-filesystem/dist/index.js"), sandbox, [sandbox]),
    memory: server(require.resolve("@modelcontextprotocol/server-memory/dist/index.js"), sandbox, [], { MEMORY_FILE_PATH: join(sandbox, "memory.jsonl") }),
  };
}

function server(script: string, cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): McpServerCommand {
  return { command: process.execPath, args: [script, ...args], env, cwd };
}
