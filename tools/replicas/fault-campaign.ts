/**
 * `tsx -C @caio/source tools/replicas/fault-campaign.ts [--together N] [--requests N] [--outage-ms N] [--seed N] [--json]`: three gateways over
 * PostgreSQL under load, hot swaps all the while: connections cut, kill -9 of the database and of a gateway, a gateway held, a gateway cut off from
 * the database. Fails on what is lost, unlogged, overspent or stale and undeclared.
 */
import { parseArgs } from "node:util";

import { faultCampaign } from "./campaign.ts";
import { campaignTable } from "./campaign-table.ts";

const { values } = parseArgs({
  options: {
    together: { type: "string", default: "32" },
    requests: { type: "string", default: "1500" },
    "outage-ms": { type: "string", default: "10000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    json: { type: "boolean", default: false },
  },
});
process.stderr.write(`seed ${values.seed}\n`);
const report = await faultCampaign({
  ...{ together: Number(values.together), requests: Number(values.requests), outageMs: Number(values["outage-ms"]), seed: Number(values.seed) },
  onPhase: (phase) => { process.stderr.write(`${phase}\n`); },
});
const { lost, unlogged, overspent, uncounted, held, undeclared, undeclaredByLogs, audit, lostSwaps, findings } = report.judgement;
const sound = [lost, unlogged, overspent, uncounted, held, undeclared, undeclaredByLogs, audit.length, lostSwaps, findings].every((count) => count === 0);
process.stdout.write(values.json ? `${JSON.stringify(report.judgement)}\n` : `${campaignTable(report)}\n`);
if (!sound) process.stderr.write(`${report.asked.filter(({ ending }) => ending.startsWith("LOST") || ending === "cut off").slice(0, 20).map((each) => JSON.stringify(each)).join("\n")}\n${report.printed}\n`);
process.exitCode = sound ? 0 : 1;
