import { defaultClientConditions, defineConfig } from "vite";

/** The page as static files that ask nothing of any place but the gateway that serves them. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  resolve: { conditions: ["@caio/source", ...defaultClientConditions] },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  worker: { format: "es" },
  build: { outDir: "dist/page", emptyOutDir: true, target: "es2023", assetsInlineLimit: 0, modulePreload: false, reportCompressedSize: false },
});
