/**
 * `tsx -C @caio/source tools/gateway/hostile-campaign.ts [--requests N] [--seed N] [--json]`: hostile requests to a gateway in a process
 * of its own, over raw sockets. Fails on a 5xx that is the gateway's, on its end, and on a planted secret in an answer or a log line.
 */
import { parseArgs } from "node:util";

import { attack } from "./hostile/campaign.ts";

const { values } = parseArgs({ options: { requests: { type: "string", default: "10000" }, seed: { type: "string", default: "1" }, json: { type: "boolean", default: false } } });
const requests = Number(values.requests);
const report = await attack(requests, Number(values.seed), (done) => {
  if (done % 1000 === 0) process.stderr.write(`${String(done)} of ${String(requests)}\n`);
});
const { kinds, statuses, late, findings } = report;
const row = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).sort().map(([name, count]) => `${name} ${String(count)}`).join(", ");
const text = [
  `${String(requests)} hostile requests: ${row(kinds)}`,
  `answers by status (0: closed without one): ${row(statuses)}`,
  `open after 3 s: ${String(late)}`,
  `findings: ${String(findings.length)}`,
  ...findings.slice(0, 20).map((finding) => JSON.stringify(finding)),
].join("\n");
process.stdout.write(`${values.json ? JSON.stringify(report) : text}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
