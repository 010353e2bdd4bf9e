import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { textWidth } from "../src/present/text-width.ts";
import { packedCommand } from "./support/packed-command.ts";
import { example } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const SCRIPT = "/usr/bin/script";

/** How a shell ended, and all that it wrote. */
async function shell(script: string, environment: Readonly<Record<string, string>>): Promise<{ readonly code: number; readonly text: string }> {
  return await new Promise((resolve) => {
    execFile("bash", ["-c", script], { cwd: "/", env: { PATH: process.env["PATH"], HOME: "/", ...environment }, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: out + err });
    });
  });
}

it.skipIf(!existsSync(SCRIPT))("the command on a real terminal keeps to its width, and has colours only there", async () => {
  const { run } = await packedCommand();
  const at = (columns: number, more = ""): string => `script -qec "stty cols ${String(columns)}; ${more} node ${run} discover --contracts ${example("contracts")}" /dev/null`;
  const route = `node ${run} route ${example("requests/plain.json")} --contracts ${example("contracts")} --policy ${example("policy.yaml")} --principal ${example("principals/default.json")} --test-key 1`;
  for (const [columns, script] of [[40, at(40)], [60, at(60)], [120, at(120)], [50, at(200, "COLUMNS=50")]] as const) {
    const { code, text } = await shell(script, { TERM: "xterm" });
    expect([columns, code, text.includes("lid-eld")]).toEqual([columns, 0, true]);
    for (const line of text.replaceAll("\r", "").split("\n")) expect([columns, line, textWidth(line) <= columns]).toEqual([columns, line, true]);
  }
  const coloured = `script -qec "${route}" /dev/null`;
  expect((await shell(coloured, { TERM: "xterm" })).text).toContain("\u001b[");
  for (const script of [`NO_COLOR=1 ${coloured}`, `TERM=dumb ${coloured}`, `${route} | cat`]) expect([script, (await shell(script, { TERM: "xterm" })).text.includes("\u001b[")]).toEqual([script, false]);
  // What another program reads has no width, whatever the variable says.
  const piped = await shell(`${route} | cat`, { TERM: "xterm", COLUMNS: "40" });
  expect(Math.max(...piped.text.split("\n").map(textWidth))).toBeGreaterThan(100);
}, 120_000);

it("dev as a process ends with 0 on Ctrl-C, and leaves nothing behind that listens", async () => {
  const { run } = await packedCommand();
  const folder = await temporaryFolder({ "policy.yaml": "caio_policy: 1\nid: house\n" });
  const child = spawn(process.execPath, [run, "dev", folder, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (piece: Buffer) => {
      text += piece.toString();
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      if (found !== undefined && text.includes("Ctrl-C ends")) resolve(found);
    });
    child.once("exit", (code) => { reject(new Error(`It ended with ${String(code)}.`)); });
  });
  expect((await fetch(`${address}/health/ready`)).status).toBe(200);
  const ended = once(child, "exit");
  child.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(text.endsWith("Stopping.\n")).toBe(true);
  await expect(fetch(`${address}/health`)).rejects.toThrow();
  expect(existsSync(join(folder, "caio-data", "dev", "admin.key"))).toBe(true);
}, 120_000);
