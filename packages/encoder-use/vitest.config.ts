import { defineProject } from "vitest/config";

export default defineProject({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: { name: "encoder-use", include: ["test/**/*.test.ts"] },
});
