/**
 * `tsx -C @caio/source tools/gateway/stream-campaign.ts [--json] [--step N] [--leave N] [--seed N]`: broken streams through the whole
 * gateway over real sockets, and the same through a bare proxy. `--step 5` takes every fifth place only; `--leave` is how many clients
 * leave early, for each house. Fails on a silent truncation, a hang, or a stream that stayed open, of the gateway's.
 */
import { parseArgs } from "node:util";

import { FakeOpenAiUpstream } from "@caio/fakes";

import { startBareProxy } from "./bare-proxy.ts";
import { openHouse, setups, type House } from "./campaign-house.ts";
import { randomOf } from "./random.ts";
import { leaveEarly } from "./streams/leave-early.ts";
import { runCases } from "./streams/run-cases.ts";
import { allCases } from "./streams/stream-case.ts";
import { countOf, streamTable, type StreamReport } from "./streams/stream-table.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, step: { type: "string", default: "1" }, leave: { type: "string", default: "300" }, seed: { type: "string", default: "1" } },
});
const cases = allCases(Number(values.step));
const random = randomOf(Number(values.seed));

async function campaign(house: House, hangMs: number): Promise<StreamReport> {
  let done = 0;
  const total = cases.length + Number(values.leave);
  const progress = (count: number): void => {
    done += count;
    if (done % 100 < count) process.stderr.write(`${house.name}: ${String(done)} of ${String(total)}\n`);
  };
  try {
    const judged = await runCases(house, cases, { hangMs, onCase: () => { progress(1); } });
    const left = await leaveEarly(house, Number(values.leave), random, progress);
    return { name: house.name, judged, left };
  } finally {
    await house.stop();
  }
}

async function bareHouse(): Promise<House> {
  const upstream = await FakeOpenAiUpstream.start({ forgetful: true });
  const proxy = await startBareProxy(upstream.baseUrl);
  const stop = async (): Promise<void> => {
    await proxy.stop();
    await upstream.stop();
  };
  return { name: "bare proxy", baseURL: proxy.baseURL, apiKey: "none", upstreams: [upstream], stop };
}

const ours: StreamReport[] = [];
for (const setup of setups) ours.push(await campaign(await openHouse(setup), 12_000));
// A bare proxy waits for ever: shorter patience finds the same hangs.
const bare = await campaign(await bareHouse(), 4000);

const sum = (count: (report: StreamReport) => number): number => ours.reduce((all, report) => all + count(report), 0);
const summary = {
  cases: sum(({ judged, left }) => judged.length + left.clients),
  silent_truncations: sum((report) => countOf(report, "SILENT TRUNCATION")),
  hangs: sum((report) => countOf(report, "HANG")),
  open_after_2_s: sum(({ left }) => left.leaked),
};
const text = `${streamTable([...ours, bare])}\nThe gateway: ${Object.entries(summary).map(([name, count]) => `${name.replaceAll("_", " ")} ${String(count)}`).join(", ")}\n`;
process.stdout.write(values.json ? `${JSON.stringify({ summary, reports: [...ours, bare] })}\n` : text);
process.exitCode = summary.silent_truncations + summary.hangs + summary.open_after_2_s === 0 ? 0 : 1;
