import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { HttpExecutor, McpExecutor, ProtocolDispatcher } from "@caio/adapters";
import { parseGatewayConfig } from "@caio/gateway";

import { faultLine } from "../commands/serve.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { loadPrincipal } from "../load/documents.ts";
import { openHost } from "../serve/open-host.ts";
import { dashboardLine } from "../serve/serving-text.ts";
import { untilStopped } from "../serve/until-stopped.ts";
import { styleOf } from "../present/style.ts";
import type { Terminal } from "../terminal.ts";
import { loadExamples } from "./examples-module.ts";
import { withProgress } from "./progress.ts";

/**
 * The gateway over the example services, with all it keeps in a folder of its own that goes when it ends.
 *
 * @throws CaioError `NotFound` without built examples, `ServiceUnavailable` if the port is taken
 */
export async function serveDemo(folder: string, port: number, terminal: Terminal): Promise<ExitCode> {
  const startExamples = await loadExamples(folder);
  const data = await mkdtemp(join(tmpdir(), "caio-demo-"));
  const examples = await withProgress("Starting the example services", terminal, (note) => startExamples({ onProgress: note }));
  try {
    const { evidence, ...caller } = await loadPrincipal(join(folder, "principals", "default.json"));
    const config = { ...parseGatewayConfig("caio_gateway: 1\nlog: { level: warn }\n"), data, listen: { host: "127.0.0.1", port }, policy: resolve(folder, "policy.yaml") };
    const executor = new ProtocolDispatcher([new HttpExecutor(examples.executors.http), new McpExecutor(examples.executors.mcp)]);
    const onFault = (where: string, fault: unknown): void => { terminal.writeError(faultLine(where, fault)); };
    const host = await openHost({ config, folder, contracts: examples.contracts, caller, executor, onFault });
    try {
      terminal.write(demoText({ address: await host.gateway.listen(), services: host.services, key: host.callerKey ?? "", who: `${caller.subject} (${evidence.method})`, folder }, terminal));
      await untilStopped(terminal.signal);
    } finally {
      await host.gateway.close();
    }
  } finally {
    await examples.close();
    await rm(data, { recursive: true, force: true });
  }
  return exitCodes.ok;
}

interface Shown {
  readonly address: string;
  readonly services: number;
  readonly key: string;
  readonly who: string;
  readonly folder: string;
}

function demoText({ address, services, key, who, folder }: Shown, terminal: Terminal): string {
  const { bold } = styleOf(terminal);
  const curl = `curl -s -H "authorization: Bearer $CAIO_KEY"`;
  return `${bold("CAIO gateway")} on ${address}, ${String(services)} example services, for ${who}
${dashboardLine(address, true)}
  export CAIO_KEY=${key}

Which language is it? Routed by contract, executed, enforced:
  ${curl} -H "content-type: application/json" -d @${join(folder, "requests", "plain.json")} ${address}/api/v1/orchestrate
The same question where only a service in the EU will do:
  ${curl} -H "content-type: application/json" -d @${join(folder, "requests", "eu-only.json")} ${address}/api/v1/route
What there is, and the receipt of a decision (its id is in the answers above):
  ${curl} ${address}/api/v1/services
  ${curl} -o decision.caio.json ${address}/api/v1/traces/ID/bundle && curl -s -o key.pub ${address}/api/v1/log/key
  npx caio verify decision.caio.json --key key.pub

Stop with Ctrl-C. What was kept here goes with it.
`;
}
