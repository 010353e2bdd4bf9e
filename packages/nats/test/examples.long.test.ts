import { spawn, type ChildProcess } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import process from "node:process";

import { sharedNats } from "@caio/fakes";
import { expect, it, onTestFinished } from "vitest";

import { LogPublisher } from "../src/index.ts";
import { example, EXAMPLES } from "./support/example.ts";
import { connected, noNats } from "./support/nats.ts";
import { SampleLog } from "./support/sample-log.ts";

const PATIENT = { timeout: 60_000 };

it.skipIf(noNats)("the examples of the README and of the guide run as they stand: call a service, serve one, read decisions", async () => {
  const [connection, sample] = [await connected(), await SampleLog.open()];
  await sample.decide(1, { tenant: "umbra" });
  await sample.decide(2);
  const publisher = LogPublisher.start({ connection, log: "house", source: sample.source, stream: { maxBytes: 1_000_000 } });
  onTestFinished(() => publisher.stop());
  const [calls, serves, reads] = await Promise.all(["readme", "serve", "read-decisions"].map((name) => started(name)));
  await expect.poll(() => calls?.said, PATIENT).toEqual({ out: "HELLO\n", err: "" });
  await expect.poll(() => calls?.child.exitCode, PATIENT).toBe(0);
  await expect.poll(async () => await connection.request("caio.service.shout", '"hello"').then((answer) => answer.json<unknown>(), () => serves?.said.err), PATIENT).toBe("HELLO");
  await expect.poll(() => [reads?.said.out.split("\n").map((line) => line.split(" ")[0]), reads?.said.err], PATIENT).toEqual([["2", "4", ""], ""]);
});

/** Runs an example beside this file, so that packages are found as a reader's project finds them, with the server of the tests. */
async function started(name: string): Promise<{ readonly child: ChildProcess; readonly said: { out: string; err: string } }> {
  const { addresses: [address = ""] } = await sharedNats();
  const file = new URL(`.${name}-${String(process.pid)}.mts`, EXAMPLES);
  await writeFile(file, example(name).replaceAll("127.0.0.1:4222", address));
  const child = spawn(process.execPath, ["--conditions=@caio/source", "--import", "tsx", file.pathname], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(file, { force: true });
  });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (said.out += piece));
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (said.err += piece));
  return { child, said };
}
