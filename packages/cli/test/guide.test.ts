import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { FakeOpenAiUpstream, installedPostgres, sharedPostgres } from "@caio/fakes";
import { expect, it, onTestFinished } from "vitest";

import { packedCommand } from "./support/packed-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DOCS = fileURLToPath(new URL("../../../docs/", import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** How a shell ended, and all that it wrote. */
async function shell(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<{ readonly code: number; readonly text: string }> {
  return await new Promise((resolve) => {
    execFile("bash", ["-euo", "pipefail", "-c", script], { cwd, env: { ...process.env, ...env }, timeout: 240_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: out + err });
    });
  });
}

const TSX = `node --conditions=@caio/source --import=${import.meta.resolve("tsx")}`;

/** What `npx caio` is to a reader; its first argument is `caio`. */
function npxOf(run: string, port: string): string {
  return `npx() { shift; if [ "$1" = serve ]; then exec node ${run} "$@"; fi; if [ "$1" = init ]; then set -- "$@" --port ${port}; fi; node ${run} "$@"; }\n`;
}

it("every block of the guide runs, one after another", async () => {
  const fake = await FakeOpenAiUpstream.start({ healthy: true });
  onTestFinished(() => fake.stop());
  const { run } = await packedCommand();
  const [folder, port] = [await temporaryFolder({}), String(await freePort())];
  const guide = (await readFile(join(DOCS, "gateway.md"), "utf8")).replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`).replace("http://127.0.0.1:11434/v1", fake.baseUrl);
  // The client of OpenAI is found from here; the rest is in the folder of the guide.
  const program = join(import.meta.dirname, `.guide-${String(process.pid)}.mts`);
  onTestFinished(() => rm(program, { force: true }));
  const blocks = [...guide.matchAll(/^```(sh|ts)\n([^]*?)^```/gm)].map(([, language = "", code = ""]) => ({ language, code }));
  expect(blocks.length).toBeGreaterThan(10);
  const [source = ""] = blocks.flatMap(({ language, code }) => (language === "ts" ? [code] : []));
  await writeFile(program, source);
  const script = npxOf(run, port) + blocks.map(({ language, code }) => (language === "sh" ? code : `${TSX} ${program}\n`)).join("echo\n");
  const { code, text } = await shell(script, folder, { CAIO_URL: `http://127.0.0.1:${port}` });
  expect({ code, text }).toEqual({ code: 0, text: expect.any(String) as string });
  const words = ["data: [DONE]", "Valid", '"tools":[]', "caio.local/gateway", 'caio_decisions_total{outcome="chosen"}', "holds for every request", '"limit_micros":5000000', "Stopping"];
  expect(words.filter((word) => !text.includes(word))).toEqual([]);
  expect(text).not.toContain("_".concat((await readFile(join(folder, "house", "app.key"), "utf8")).trim().split("_")[2] ?? ""));
}, 300_000);

it("every block on operating runs: backup, restore, the way to PostgreSQL, retention, another signing key", async () => {
  const installed = installedPostgres();
  if ("missing" in installed) console.log(`Not run: the way to PostgreSQL. ${installed.missing}`);
  const { run } = await packedCommand();
  const port = String(await freePort());
  const folder = await temporaryFolder({ "caio.yaml": `caio_gateway: 1\nlisten: { port: ${port} }\nlog: { level: silent }\n` });
  const text = (await readFile(join(DOCS, "operate.md"), "utf8")).replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`);
  const all = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, code = ""]) => code);
  expect(all).toHaveLength(5);
  // The way to PostgreSQL comes last: what else is done is done to the data folder of a file.
  const away = (block: string): boolean => block.includes("CAIO_DATABASE_URL");
  const blocks = [...all.filter((block) => !away(block)), ...("missing" in installed ? [] : all.filter(away))];
  const ready = `until curl -sf http://127.0.0.1:${port}/health/ready > /dev/null; do sleep 0.1; done\n`;
  const script = `${npxOf(run, port)}npx caio serve --admin-key-file admin.key > /dev/null & echo $! > gateway.pid\n${ready}export CAIO_KEY=$(cat admin.key)\n${blocks.map((block) => block.replace(" & echo", " > /dev/null & echo") + ready).join("")}curl -sf http://127.0.0.1:${port}/api/v1/log/key\nkill $(cat gateway.pid)\nwait\n`;
  const database: Readonly<Record<string, string>> = "missing" in installed ? {} : { CAIO_DATABASE_URL: (await sharedPostgres()).url() };
  const ended = await shell(script, folder, { CAIO_URL: `http://127.0.0.1:${port}`, ...database });
  expect(ended).toEqual({ code: 0, text: expect.stringMatching(/caio\.backup: whole[^]*restored into caio-data\/caio\.db[^]*Would remove 0 openings[^]*Removed 0 openings[^]*\ncaio\.local\/gateway\+\S+\ncaio\.local\/gateway\+\S+\n/) as string });
}, 300_000);
