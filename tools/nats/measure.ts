/**
 * `tsx -C @caio/source tools/nats/measure.ts [--json] [--calls N] [--entries N] [--services N] [--changes N]`: what NATS costs, on one
 * server and on three of this machine: a change of a registry until another one has it, entries of a log into a stream and out of it, and a
 * call of a service beside the same call in process and over HTTP.
 */
import { parseArgs } from "node:util";

import { startNats } from "@caio/fakes";

import { callOverhead, type CallFigures } from "./measure/call-overhead.ts";
import { logRate, type LogFigures } from "./measure/log-rate.ts";
import { registryLatency, type RegistryFigures } from "./measure/registry-latency.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    calls: { type: "string", default: "5000" },
    entries: { type: "string", default: "20000" },
    services: { type: "string", default: "1000" },
    changes: { type: "string", default: "300" },
  },
});

interface Figures {
  readonly nodes: number;
  readonly registry: RegistryFigures;
  readonly log: LogFigures;
  readonly calls: readonly CallFigures[];
}

const all: Figures[] = [];
for (const nodes of [1, 3] as const) {
  const servers = await startNats({ nodes });
  try {
    const registry = await registryLatency(servers.addresses, nodes, { services: Number(values.services), changes: Number(values.changes) });
    const log = await logRate(servers.addresses, nodes, Number(values.entries));
    all.push({ nodes, registry, log, calls: await callOverhead(servers.addresses, Number(values.calls)) });
  } finally {
    await servers.stop();
  }
}
process.stdout.write(values.json ? `${JSON.stringify(all)}\n` : all.map(textOf).join("\n"));

function textOf({ nodes, registry, log, calls }: Figures): string {
  const ms = (value: number): string => value.toFixed(2);
  return [
    `## ${String(nodes)} server${nodes === 1 ? "" : "s"}`,
    "",
    `registry of ${String(registry.services)} services: all of it after ${registry.firstMs.toFixed(0)} ms; a change after ${ms(registry.change.p50)} ms (p99 ${ms(registry.change.p99)})`,
    `log: ${log.publishedPerSecond.toFixed(0)} entries/s into the stream, ${log.readPerSecond.toFixed(0)} out of it; an entry after ${ms(log.latency.p50)} ms (p99 ${ms(log.latency.p99)})`,
    "",
    "| call of 1 KB | at once | p50 ms | p99 ms | per second |",
    "|---|---|---|---|---|",
    ...calls.map(({ way, together, p50, p99, perSecond }) => `| ${way} | ${String(together)} | ${ms(p50)} | ${ms(p99)} | ${perSecond.toFixed(0)} |`),
    "",
  ].join("\n");
}
