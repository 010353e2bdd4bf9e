import { spawn } from "node:child_process";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { expect, it, onTestFinished } from "vitest";

import { packedCommand } from "./support/packed-command.ts";
import { runNode } from "./support/run-process.ts";
import type { First } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

it("the packed command serves, with the thread and the engine of its store, and ends with 0 when it is told to stop", async () => {
  const { folder: out, run } = await packedCommand();
  const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\n" });
  const child = spawn(process.execPath, [run, "serve", "--config", join(folder, "caio.yaml"), "--port", "0", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => { child.kill("SIGKILL"); });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const line = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      if (text.includes("\n")) resolve(text);
    });
    child.once("exit", (code) => { reject(new Error(`It ended with ${String(code)}.`)); });
  });
  const { address, admin_key: key } = JSON.parse(line) as First;
  const headers = { authorization: `Bearer ${key ?? ""}` };
  for (const path of ["/health/ready", "/api/v1/keys", "/docs", "/.well-known/agent-card.json"]) expect([path, (await fetch(address + path, { headers })).status]).toEqual([path, 200]);
  const list = await fetch(`${address}/mcp`, { method: "POST", headers: { ...headers, "content-type": "application/json", accept: "application/json, text/event-stream" }, body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' });
  expect(await list.json()).toMatchObject({ result: { tools: [] } });
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  const licences = await readFile(join(out, "LICENSES.txt"), "utf8");
  for (const name of ["fastify", "zod", "kysely", "undici", "commander"]) expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
}, 120_000);

it("the packed command says how to install what an encoder needs that is not there", async () => {
  const { folder: out } = await packedCommand();
  // Where no package is beside it.
  const apart = await temporaryFolder({});
  await cp(out, apart, { recursive: true });
  const examples = fileURLToPath(new URL("../../../examples/", import.meta.url));
  const { code, err } = await runNode([join(apart, "run.js"), "route", join(examples, "requests/legal-text.json"), "--contracts", join(examples, "contracts"), "--policy", join(examples, "policy.yaml"), "--encoder", "use"], {});
  expect([code, err]).toEqual([2, expect.stringContaining("npm i @caio/encoder-use")]);
}, 60_000);
