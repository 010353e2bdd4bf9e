import { defineProject } from "vitest/config";

export default defineProject({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: { name: "contracts", include: ["test/**/*.test.ts"] },
});
