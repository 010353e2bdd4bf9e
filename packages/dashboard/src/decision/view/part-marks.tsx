import type { VNode } from "preact";

import { termLabels, type ScorePart } from "../score-bars.ts";

/** How a part of a score is marked: by a colour, from the seventh on by lines on it. */
export interface PartMark {
  readonly name: ScorePart["name"];
  readonly label: string;
  readonly fill: string;
}

const NAMES: readonly ScorePart["name"][] = ["intent", "attention", "rl", "resonance", "model", "prefer", "cost", "risk", "latency"];

export const PARTS: readonly PartMark[] = NAMES.map((name, at) => ({ name, label: termLabels[name], fill: at < 6 ? `var(--series-${String(at + 1)})` : `url(#lines-${String(at - 5)})` }));

/** The patterns that parts are marked with, once in the page. */
export function PartPatterns(): VNode {
  return (
    <svg class="unseen" aria-hidden="true">
      <defs>
        {[1, 2, 3].map((at) => (
          <pattern key={at} id={`lines-${String(at)}`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform={`rotate(${String(45 * at)})`}>
            <rect width="6" height="6" style={{ fill: `var(--series-${String([4, 2, 6][at - 1])})` }} />
            <rect width="2" height="6" style={{ fill: "var(--card)" }} />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}
