import { defineProject } from "vitest/config";

export default defineProject({
  ssr: { resolve: { conditions: ["@caio/source"] } },
  test: { name: "tools", include: ["test/**/*.test.ts"], exclude: ["test/**/*.{long,nightly}.test.ts"] },
});
