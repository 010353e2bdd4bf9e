import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { FakeOpenAiUpstream } from "@caio/fakes";
import { expect, onTestFinished } from "vitest";

import { packedCommand } from "./packed-command.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Where the documents are. */
export const DOCS = fileURLToPath(new URL("../../../../docs/", import.meta.url));

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** How a shell ended, and all that it wrote. */
export async function shell(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<{ readonly code: number; readonly text: string }> {
  return await new Promise((resolve) => {
    execFile("bash", ["-euo", "pipefail", "-c", script], { cwd, env: { ...process.env, ...env }, timeout: 240_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: out + err });
    });
  });
}

const TSX = `node --conditions=@caio/source --import=${import.meta.resolve("tsx")}`;

/** What `npx caio` is to a reader; its first argument is `caio`. */
export function npxOf(run: string, port: string): string {
  return `npx() { shift; if [ "$1" = serve ]; then exec node ${run} "$@"; fi; if [ "$1" = init ]; then set -- "$@" --port ${port}; fi; node ${run} "$@"; }\n`;
}

/** Runs the blocks of a document in one shell, its program beside this file. @returns how it ended, and in which folder it ran */
export async function runGuide(name: string): Promise<{ readonly code: number; readonly text: string; readonly folder: string }> {
  const fake = await FakeOpenAiUpstream.start({ healthy: true });
  onTestFinished(() => fake.stop());
  const { run } = await packedCommand();
  const [folder, port] = [await temporaryFolder({}), String(await freePort())];
  const guide = (await readFile(join(DOCS, name), "utf8")).replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`).replace("http://127.0.0.1:11434/v1", fake.baseUrl);
  // The client of OpenAI is found from here; the rest is in the folder of the guide.
  const program = join(import.meta.dirname, `.guide-${String(process.pid)}.mts`);
  onTestFinished(() => rm(program, { force: true }));
  const blocks = [...guide.matchAll(/^```(sh|ts)\n([^]*?)^```/gm)].map(([, language = "", code = ""]) => ({ language, code }));
  expect(blocks.length).toBeGreaterThan(5);
  const [source = ""] = blocks.flatMap(({ language, code }) => (language === "ts" ? [code] : []));
  await writeFile(program, source);
  const script = npxOf(run, port) + blocks.map(({ language, code }) => (language === "sh" ? code : `${TSX} ${program}\n`)).join("echo\n");
  return { ...(await shell(script, folder, { CAIO_URL: `http://127.0.0.1:${port}` })), folder };
}
