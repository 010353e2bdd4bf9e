import { commonTokens, declareFactoryPlugin, declareValuePlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";
import type { StrykerOptions } from "@stryker-mutator/api/core";

import { isMessage } from "./is-message.ts";
import { ScriptRunner } from "./script-runner.ts";

function scriptRunner(options: StrykerOptions): ScriptRunner {
  return new ScriptRunner(options["caioTests"] as readonly string[], options["caioMostRuns"] as number);
}
scriptRunner.inject = tokens(commonTokens.options);

/** What Stryker loads from here. */
export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, "script", scriptRunner),
  declareValuePlugin(PluginKind.Ignore, "messages", { shouldIgnore: (path) => (isMessage(path) ? "Words for people." : undefined) }),
];
