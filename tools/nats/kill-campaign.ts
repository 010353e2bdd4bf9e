/**
 * `tsx -C @caio/source tools/nats/kill-campaign.ts [--json] [--together N] [--requests N]`: three NATS servers, `caio serve`, and services with
 * copies, all processes of their own, under load, while servers are killed, stopped and cut down to one, a copy is killed, and the gateway
 * itself. Fails on a request that nobody answered with a type, on a decision that is not in the log, and on a reader of the stream who
 * has anything but the log, once and in its order.
 */
import { parseArgs } from "node:util";

import { natsCampaign, type CampaignReport } from "./kill/campaign.ts";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false }, together: { type: "string", default: "32" }, requests: { type: "string", default: "1500" } } });
const report = await natsCampaign({ together: Number(values.together), requests: Number(values.requests), onPhase: (phase) => { process.stderr.write(`${phase}\n`); } });
process.stdout.write(values.json ? `${JSON.stringify({ ...report, printed: undefined })}\n` : textOf(report));
const sound = report.phases.every(({ ends }) => ends.lost === 0) && report.readerHasLog && report.doubled === 0 && report.gaps === 0 && report.missing === 0 && report.followerMatches;
if (!sound) process.stderr.write(report.printed);
process.exitCode = sound ? 0 : 1;

function textOf({ phases, entries, readerHasLog, doubled, gaps, missing, followerMatches }: CampaignReport): string {
  return [
    "| phase | ok | typed errors | with the gateway | lost | p50 ms | p99 ms | caught up after ms |",
    "|---|---|---|---|---|---|---|---|",
    ...phases.map(({ phase, ends, said, p50, p99, caughtUpMs }) => {
      const typed = `${String(ends.typed)}${said.length === 0 ? "" : ` (${said.join(", ")})`}`;
      return `| ${phase} | ${String(ends.ok)} | ${typed} | ${String(ends.killed)} | ${String(ends.lost)} | ${p50.toFixed(0)} | ${p99.toFixed(0)} | ${caughtUpMs.toFixed(0)} |`;
    }),
    "",
    `${String(entries)} entries in the log; the reader of the stream has them all, once and in order: ${readerHasLog ? "yes" : "NO"} (${String(doubled)} twice, ${String(gaps)} gaps).`,
    `Decisions that a caller was told of and the log does not have: ${String(missing)}. The follower has the registry: ${followerMatches ? "yes" : "NO"}.`,
    "",
  ].join("\n");
}
