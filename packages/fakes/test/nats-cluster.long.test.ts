import { describe, expect, it, onTestFinished } from "vitest";

import { installedNats, startNats } from "../src/index.ts";

const installed = installedNats();
if ("missing" in installed) console.log(`Not run: tests with three NATS servers. ${installed.missing}`);

describe.skipIf("missing" in installed)("three NATS servers", () => {
  it("are a cluster with a leader, without one of them too, which comes back", async () => {
    const servers = await startNats({ nodes: 3 });
    onTestFinished(() => servers.stop());
    expect(new Set(servers.addresses).size).toBe(3);
    await servers.kill(1);
    expect(servers.pids[1]).toBe(0);
    await servers.ready();
    await servers.restart(1);
    await servers.ready();
    servers.pause(2);
    servers.resume(2);
    expect(servers.pids.every((pid) => pid > 0)).toBe(true);
    expect(await servers.leaderOf("none")).toBe(-1);
  });
});
