import { defineProject } from "vitest/config";

export default defineProject({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: { name: "dashboard", include: ["test/**/*.test.{ts,tsx}"] },
});
