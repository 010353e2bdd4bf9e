import { defineConfig } from "vitest/config";

/** `nx run tools:test:nightly`: whole catalogues and campaigns, which take many minutes. Two files at a time, each in a process of its own. */
export default defineConfig({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: {
    name: "tools:nightly",
    include: ["test/**/*.nightly.test.ts"],
    testTimeout: 3_600_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
