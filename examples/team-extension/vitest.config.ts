import { defineProject } from "vitest/config";

export default defineProject({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: { name: "team-extension", include: ["test/**/*.test.ts"] },
});
