import type { RoutingDecision } from "@caio/orchestrator";

import type { RequestLine } from "./request-line.ts";
import type { Stage } from "./stage.ts";

/** What a scenario did, and which of its announcements did not come true. */
export interface Played {
  readonly lines: readonly RequestLine[];
  /** Requests made, if they are more than the lines. */
  readonly requests?: number;
  readonly unmet: readonly string[];
  /** Worth explaining in full. */
  readonly decision?: RoutingDecision;
}

/** One part of the demo. It says beforehand how it will end, and checks that it does. */
export interface Scenario {
  readonly title: string;
  readonly announced: string;
  play(stage: Stage): Promise<Played>;
}

/** Collects the announcements of a scenario that did not come true. */
export class Expectations {
  readonly unmet: string[] = [];

  /** @param words - what was announced */
  that(holds: boolean, words: string): void {
    if (!holds) this.unmet.push(words);
  }
}
