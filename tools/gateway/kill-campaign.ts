/**
 * `tsx -C @caio/source tools/gateway/kill-campaign.ts [--json] [--services N] [--together N] [--requests N] [--gateway-kills N]
 * [--after-first-byte error|resume] [--seed N]`:
 * kill -9 of one service, of half the services, a hot swap, and kill -9 of the gateway itself, all under load, with processes of their own
 * for the gateway and every service. Fails on a request that nobody answered with a type, and on a decision that a caller was told of and
 * the log does not hold.
 */
import { parseArgs } from "node:util";

import { killCampaign, type KillReport } from "./kill/campaign.ts";
import { isLost, killTables, rowsOf } from "./kill/kill-table.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    services: { type: "string", default: "8" },
    together: { type: "string", default: "200" },
    requests: { type: "string", default: "2000" },
    "gateway-kills": { type: "string", default: "3" },
    "after-first-byte": { type: "string" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
  },
});
process.stderr.write(`seed ${values.seed}\n`);
/** How the command ends when it is told to. */
const STOPPED = "exit 130 null";
const reports: KillReport[] = [];
const choices = (["error", "resume"] as const).filter((choice) => (values["after-first-byte"] ?? choice) === choice);
for (const afterFirstByte of choices) {
  const numbers = { services: Number(values.services), together: Number(values.together), requests: Number(values.requests), gatewayKills: Number(values["gateway-kills"]), seed: Number(values.seed) };
  reports.push(await killCampaign({ afterFirstByte, ...numbers, onPhase: (phase) => { process.stderr.write(`${afterFirstByte}: ${phase}\n`); } }));
}
const lost = reports.reduce((sum, { told }) => sum + told.filter(isLost).length, 0);
const sound = reports.every(({ log, witnessed, ended }) => log.verifies && log.missing.length === 0 && witnessed.forks === 0 && ["exit 0 null", STOPPED].includes(ended));
process.stdout.write(values.json ? `${JSON.stringify(reports.map((report) => ({ afterFirstByte: report.afterFirstByte, rows: rowsOf(report) })))}\n` : `${killTables(reports)}\nLost: ${String(lost)}\n`);
if (lost > 0 || !sound) process.stderr.write(reports.map(({ printed }) => printed).join("\n"));
process.exitCode = lost === 0 && sound ? 0 : 1;
