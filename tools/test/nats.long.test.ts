import { installedNats, startNats } from "@caio/fakes";
import { describe, expect, it, onTestFinished } from "vitest";

import { natsCampaign } from "../nats/kill/campaign.ts";
import { callOverhead } from "../nats/measure/call-overhead.ts";
import { logRate } from "../nats/measure/log-rate.ts";
import { registryLatency } from "../nats/measure/registry-latency.ts";

const installed = installedNats();
if ("missing" in installed) console.log(`Not run: campaigns with NATS servers. ${installed.missing}`);

describe.skipIf("missing" in installed)("NATS", () => {
  it("under load, with servers, a copy of a service and the gateway killed, loses no decision, and its reader has the log once and in order", async () => {
    const { phases, printed, ...findings } = await natsCampaign({ together: 8, requests: 150 });
    console.log(phases.map(({ phase, ends, caughtUpMs }) => `${phase}: ${JSON.stringify(ends)}, caught up after ${caughtUpMs.toFixed(0)} ms`).join("\n"));
    expect(findings, printed).toMatchObject({ readerHasLog: true, doubled: 0, gaps: 0, missing: 0, followerMatches: true });
    expect(phases.map(({ ends }) => ends.lost)).toEqual(phases.map(() => 0));
    // Decisions go on whatever becomes of NATS.
    expect(phases.map(({ ends }) => ends.ok > 0)).toEqual(phases.map(() => true));
  });

  it("is measured", async () => {
    const servers = await startNats();
    onTestFinished(() => servers.stop());
    expect(await registryLatency(servers.addresses, 1, { services: 20, changes: 5 })).toMatchObject({ services: 20 });
    const log = await logRate(servers.addresses, 1, 100);
    expect(Math.min(log.publishedPerSecond, log.readPerSecond, log.latency.p50)).toBeGreaterThan(0);
    const calls = await callOverhead(servers.addresses, 50);
    expect(calls.map(({ way, together }) => [way, together])).toEqual([1, 16].flatMap((together) => ["in process", "HTTP", "NATS"].map((way) => [way, together])));
  });
});
