import { defineProject } from "vitest/config";

export default defineProject({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  // Whole decisions and processes of their own, on a machine that may be busy.
  test: { name: "cli", include: ["test/**/*.test.ts"], testTimeout: 30_000 },
});
