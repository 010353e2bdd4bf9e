import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

/**
 * `npm test`: the tests of all packages as one project, so that a worker loads each module once and not for every file. They may share
 * a worker because none changes what another one sees; lint forbids it (eslint.config.js).
 */
export default defineConfig({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: {
    include: ["{packages/*,tools,examples,examples/team-extension}/test/**/*.test.{ts,tsx}"],
    exclude: ["**/*.{long,nightly}.test.ts"],
    pool: "forks",
    isolate: false,
    // More than there are processors: many wait for a database, a disk or a process of their own.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Whole decisions and processes of their own, on a machine that may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
