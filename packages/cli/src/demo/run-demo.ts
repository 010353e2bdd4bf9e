import { isCaioError, toHex } from "@caio/core";
import type { RoutingDecision } from "@caio/orchestrator";

import type { Played, Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** A scenario and what came of it. */
export interface PlayedScenario extends Played {
  readonly scenario: Scenario;
}

/** The whole demo in figures. */
export interface DemoSummary {
  readonly scenarios: number;
  readonly asAnnounced: number;
  readonly requests: number;
  /** Decisions, outcomes and versions. */
  readonly logSize: number;
  readonly logRoot: string;
  /** True if the log reads back as it was written. */
  readonly logHolds: boolean;
}

export interface DemoResult {
  readonly played: readonly PlayedScenario[];
  /** The one to explain in full. */
  readonly explained: RoutingDecision | undefined;
  readonly summary: DemoSummary;
}

/**
 * Plays scenarios one after another until all are played or the stage's signal is aborted. One that fails with an error of ours did
 * not end as announced; the others go on.
 *
 * @param show - called after each, for those who watch
 */
export async function runDemo(scenarios: readonly Scenario[], stage: Stage, show: (played: PlayedScenario) => void): Promise<DemoResult> {
  const all: PlayedScenario[] = [];
  for (const scenario of scenarios) {
    if (stage.signal.aborted) break;
    const played = { scenario, ...(await playOne(scenario, stage)) };
    all.push(played);
    show(played);
  }
  const { size, root } = stage.traces.head;
  return {
    played: all,
    explained: all.find(({ decision }) => decision !== undefined)?.decision,
    summary: {
      scenarios: scenarios.length,
      asAnnounced: all.filter(({ unmet }) => unmet.length === 0).length,
      requests: all.reduce((sum, { requests, lines }) => sum + (requests ?? lines.length), 0),
      logSize: size,
      logRoot: toHex(root),
      logHolds: (await stage.traces.verify()).holds,
    },
  };
}

async function playOne(scenario: Scenario, stage: Stage): Promise<Played> {
  try {
    return await scenario.play(stage);
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return { lines: [], unmet: [`it goes through (found ${error.code}: ${error.message})`] };
  }
}
