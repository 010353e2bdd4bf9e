import { gzipSync } from "node:zlib";

import { build, type Rollup } from "vite";

/** A file of the built page, in bytes as it is and gzipped. */
export interface DashboardFile {
  readonly name: string;
  readonly bytes: number;
  readonly gzip: number;
}

const CONFIG = new URL("../../packages/dashboard/vite.config.ts", import.meta.url).pathname;

/** Builds the dashboard into a folder, which is emptied first. */
export async function buildDashboard(out: string): Promise<readonly DashboardFile[]> {
  const built = await build({ configFile: CONFIG, mode: "production", logLevel: "error", build: { outDir: out, emptyOutDir: true } });
  if (!Array.isArray(built) && !("output" in built)) throw new Error("The bundler watches instead of building.");
  return [built].flat().flatMap(({ output }) => output.map(sizeOf)).sort((a, b) => b.gzip - a.gzip);
}

function sizeOf(file: Rollup.OutputChunk | Rollup.OutputAsset): DashboardFile {
  const bytes = Buffer.from(file.type === "chunk" ? file.code : file.source);
  return { name: file.fileName, bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}
