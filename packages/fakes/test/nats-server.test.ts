import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import process from "node:process";

import { describe, expect, it, onTestFinished } from "vitest";

import { installedNats, startNats } from "../src/index.ts";

const installed = installedNats();
if ("missing" in installed) console.log(`Not run: tests with a NATS server. ${installed.missing}`);

describe.skipIf("missing" in installed)("a NATS server", () => {
  it("serves on a port of the loopback, and again on the same one after a kill", async () => {
    const servers = await startNats();
    onTestFinished(() => servers.stop());
    const [address = ""] = servers.addresses;
    expect(await greeting(address)).toMatch(/^INFO \{.*"jetstream":true/);
    await servers.kill(0);
    await expect(greeting(address)).rejects.toThrow(/ECONNREFUSED/);
    await servers.restart(0);
    await servers.ready();
    expect(await greeting(address)).toMatch(/^INFO /);
    await servers.stop();
    expect([servers.pids, existsSync(servers.folder)]).toEqual([[0], false]);
  });

  it("ends with the process that started it, and its folder goes, when that is killed", async () => {
    const code = `import { startNats } from "@caio/fakes"; const { pids, folder } = await startNats({ jetstream: false }); console.log(pids[0], folder); setInterval(() => 0, 1000);`;
    const child = spawn(process.execPath, ["--conditions=@caio/source", "--import", "tsx", "--input-type=module", "-e", code], { cwd: import.meta.dirname });
    onTestFinished(() => { child.kill("SIGKILL"); });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => (said += piece));
    await expect.poll(() => said).toMatch(/\n$/);
    const [pid = "", folder = ""] = said.trim().split(" ");
    expect([existsSync(folder), isThere(Number(pid))]).toEqual([true, true]);
    child.kill("SIGKILL");
    await expect.poll(() => [existsSync(folder), isThere(Number(pid))]).toEqual([false, false]);
  });
});

/** What the server says first. */
async function greeting(address: string): Promise<string> {
  const [host = "", port = ""] = address.split(":");
  return await new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(port), host);
    socket.once("error", reject).once("data", (piece) => {
      socket.destroy();
      resolve(piece.toString("utf8"));
    });
  });
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
