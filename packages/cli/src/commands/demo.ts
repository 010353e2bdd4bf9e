import { closingText, demoJson, openingText, scenarioText } from "../demo/demo-text.ts";
import { loadExamples, type RunningExamples } from "../demo/examples-module.ts";
import { withProgress } from "../demo/progress.ts";
import { serveDemo } from "../demo/serve-demo.ts";
import { runDemo, type DemoResult } from "../demo/run-demo.ts";
import { allScenarios } from "../demo/scenarios/all-scenarios.ts";
import { openStage, type Stage } from "../demo/stage.ts";
import { exitCodes } from "../exit-code.ts";
import { styleOf } from "../present/style.ts";
import { prettyJson } from "../present/pretty-json.ts";
import type { Terminal } from "../terminal.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface DemoOptions extends JsonOption {
  /** Default: `examples` in the working directory. */
  readonly examples?: string | undefined;
  /** Plays the scenarios and ends; else the gateway serves the examples until it is told to stop. */
  readonly once?: boolean | undefined;
  /** Where the gateway listens; default 8080, 0: any port that is free. */
  readonly port?: number | undefined;
}

/**
 * `caio demo`: starts the example services and a gateway before them; with `--once` plays every scenario instead. Ends what it started,
 * whatever happens.
 *
 * @throws CaioError `NotFound` without built examples
 */
export const demo: RunCommand<DemoOptions> = async ({ examples = "examples", json, once, port }, { terminal }) => {
  if (once !== true) return await serveDemo(examples, port ?? 8080, terminal);
  const opened: Opened = {};
  try {
    const stage = await start(examples, terminal, opened);
    const style = styleOf(terminal);
    if (json !== true) terminal.write(openingText(style));
    const result = await runDemo(allScenarios, stage, (played) => {
      if (json !== true) terminal.write(scenarioText(played, style));
    });
    terminal.write(json === true ? prettyJson(demoJson(result)) : closingText(result, style));
    return isAsAnnounced(result) ? exitCodes.ok : exitCodes.problems;
  } finally {
    await opened.stage?.close();
    await opened.services?.close();
  }
};

/** What must be closed. */
interface Opened {
  services?: RunningExamples;
  stage?: Stage;
}

async function start(folder: string, terminal: Terminal, opened: Opened): Promise<Stage> {
  const startExamples = await loadExamples(folder);
  const services = await withProgress("Starting the language identifiers", terminal, (note) => startExamples({ onProgress: note }));
  opened.services = services;
  const stage = await withProgress("Registering the contracts", terminal, async (note) => {
    const made = await openStage(services, folder, terminal.signal);
    note(`${String(made.registry.snapshot().size)} services at epoch ${String(made.registry.snapshot().epoch)}`);
    return made;
  });
  opened.stage = stage;
  await withProgress("Starting the MCP servers", terminal, (note) => wakeServers(stage, note));
  return stage;
}

async function wakeServers(stage: Stage, note: (line: string) => void): Promise<number> {
  const servers = stage.examples.contracts.filter(({ api }) => api.protocol === "mcp");
  await Promise.all(
    servers.map(async (contract) => {
      const healthy = await stage.wake(contract);
      note(`${contract.serviceId} ${healthy ? "answers" : "does not answer"}`);
    }),
  );
  return servers.length;
}

function isAsAnnounced({ summary }: DemoResult): boolean {
  return summary.asAnnounced === summary.scenarios && summary.logHolds;
}
