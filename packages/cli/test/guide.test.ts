import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { installedPostgres, sharedPostgres } from "@caio/fakes";
import { expect, it } from "vitest";

import { packedCommand } from "./support/packed-command.ts";
import { DOCS, freePort, npxOf, runGuide, shell } from "./support/run-guide.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

it("every block of the guide runs, one after another", async () => {
  const { code, text, folder } = await runGuide("gateway.md");
  expect({ code, text }).toEqual({ code: 0, text: expect.any(String) as string });
  const words = ["data: [DONE]", "Valid", '"tools":[]', "caio.local/gateway", 'caio_decisions_total{outcome="chosen"}', "holds for every request", '"limit_micros":5000000', "Stopping"];
  expect(words.filter((word) => !text.includes(word))).toEqual([]);
  // What is secret of a key comes behind its id, and may itself have any of its letters, "_" too.
  const secret = (await readFile(join(folder, "house", "app.key"), "utf8")).trim().split("_").slice(2).join("_");
  expect(secret.length).toBeGreaterThan(20);
  expect(text).not.toContain(secret);
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
