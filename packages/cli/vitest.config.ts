import { defineProject } from "vitest/config";

export default defineProject({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: { name: "cli", include: ["test/**/*.test.ts"], exclude: ["test/**/*.long.test.ts"] },
});
