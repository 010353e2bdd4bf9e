import { defineConfig } from "vitest/config";

/** `nx run tools:test:long`: what takes minutes. Two files at a time, each in a process of its own. */
export default defineConfig({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: {
    name: "tools:long",
    include: ["test/**/*.long.test.ts"],
    testTimeout: 3_600_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
