import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import process from "node:process";

import { expect, it, onTestFinished } from "vitest";

import { freePorts } from "../src/index.ts";
import { isRunning } from "../src/is-running.ts";

it("free ports are different ones, can be listened on, and are none that the system would give away meanwhile", async () => {
  const ports = await freePorts(9);
  expect(new Set(ports).size).toBe(9);
  const servers = ports.map((port) => createServer().listen(port, "127.0.0.1"));
  const any = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => { for (const server of [...servers, any]) server.close(); });
  await Promise.all([...servers, any].map((server) => once(server, "listening")));
  expect(Math.max(...ports)).toBeLessThan((any.address() as AddressInfo).port);
});

it("a process that has ended runs no more, also if nobody has asked how it ended", async () => {
  const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 60"]);
  onTestFinished(() => { parent.kill("SIGKILL"); });
  const [said] = (await once(parent.stdout, "data")) as [Buffer];
  await expect.poll(() => isRunning(Number(said.toString()))).toBe(false);
  expect([isRunning(parent.pid ?? 0), isRunning(process.pid)]).toEqual([true, true]);
});
