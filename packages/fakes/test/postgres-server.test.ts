import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { installedPostgres, PostgresServer } from "../src/index.ts";

const installed = installedPostgres();
if ("missing" in installed) console.log(`Not run: tests with a PostgreSQL server. ${installed.missing}`);

describe.skipIf("missing" in installed)("a PostgreSQL server", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start({ settings: { work_mem: "5MB" } });
  });
  afterAll(() => server.stop());

  it("has databases, with the settings that were asked for and a port of the loopback alone", async () => {
    await server.createDatabase("one");
    expect(await server.query("select current_database(), current_setting('work_mem'), current_setting('fsync'), current_setting('listen_addresses')", "one")).toBe("one|5MB|on|127.0.0.1");
    await expect(server.query("select 1", "none")).rejects.toThrow(/does not exist/);
  });

  it("keeps what was committed over a kill of all its processes, and over a restart", async () => {
    await server.query("create table kept (n int); insert into kept values (7)");
    const { pid, port } = server;
    await server.kill();
    await expect(server.query("select 1")).rejects.toThrow(/refused|No such file/);
    await server.restart();
    expect([await server.query("select n from kept"), server.port, server.pid === pid]).toEqual(["7", port, false]);
    expect(server.log()).toMatch(/not properly shut down/);
    server.configure({ default_transaction_read_only: "on" });
    await server.restart();
    await expect(server.query("insert into kept values (8)")).rejects.toThrow(/read-only/);
  });

  it("ends with the process that started it, and its folder goes, when that is killed", async () => {
    const code = `import { PostgresServer } from "@caio/fakes"; const { pid, folder } = await PostgresServer.start({ fsync: false }); console.log(pid, folder); setInterval(() => 0, 1000);`;
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

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
