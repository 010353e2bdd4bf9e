import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

/** `nx run tools:test:long`: what takes minutes, of all packages. Two files at a time, each in a process of its own. */
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: {
    name: "long",
    include: ["{packages/*,tools,examples}/test/**/*.long.test.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    // One second unless said: a browser on a busy machine takes longer to show what it was told.
    expect: { poll: { timeout: 20_000 } },
    pool: "forks",
    maxWorkers: 2,
    // Of tests that wait for processes of their own.
    maxConcurrency: 2,
  },
});
