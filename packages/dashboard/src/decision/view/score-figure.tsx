import type { VNode } from "preact";

import { counted } from "../../parts/format.ts";
import type { ScoreBar, ScoreBars, ScorePart } from "../score-bars.ts";
import { signedScore } from "../words.ts";
import { PARTS, PartPatterns } from "./part-marks.tsx";

const WIDE = 640;
const HIGH = 22;
/** Bars that are drawn; the table below has the exact figures of the same. */
export const MOST_BARS = 20;

/** Scores as stacked bars around zero. Each part has a colour and a pattern, and stands in the order of the legend. */
export function ScoreFigure({ scores: { bars, least, most } }: { readonly scores: ScoreBars }): VNode {
  const span = Math.max(1, most - least);
  const at = (pico: number): number => ((pico - least) / span) * WIDE;
  const present = PARTS.filter(({ name }) => bars.some(({ parts }) => parts.some((part) => part.name === name)));
  return (
    <figure class="scores">
      <PartPatterns />
      <ul class="legend" aria-label="Parts of a score">
        {present.map(({ name, label, fill }) => <li key={name}><svg viewBox="0 0 14 14" aria-hidden="true"><rect width="14" height="14" rx="2" style={{ fill }} /></svg>{label}</li>)}
      </ul>
      <ol>
        {bars.slice(0, MOST_BARS).map((bar) => (
          <li key={bar.name} class={bar.standing}>
            <span class="pair"><bdi>{bar.name}</bdi>{bar.standing === "admitted" ? undefined : <span class={`badge ${bar.standing === "chosen" ? "good" : "plain"}`}>{bar.standing === "chosen" ? "★ chosen" : "runner-up"}</span>}</span>
            <svg viewBox={`0 0 ${String(WIDE)} ${String(HIGH)}`} preserveAspectRatio="none" role="img" aria-label={spoken(bar)}>
              {stacked(bar.parts).map(({ part, from, to }) => (
                <rect key={part.name} x={at(Math.min(from, to))} y="3" width={Math.max(1, at(Math.max(from, to)) - at(Math.min(from, to)))} height={HIGH - 6} style={{ fill: fillOf(part) }}><title>{`${part.label} ${signedScore(part.pico)}`}</title></rect>
              ))}
              <line class="zero" x1={at(0)} x2={at(0)} y1="0" y2={HIGH} />
              <line class="score" x1={at(bar.score)} x2={at(bar.score)} y1="0" y2={HIGH} />
            </svg>
            <span class="value number">{signedScore(bar.score)}</span>
          </li>
        ))}
      </ol>
      <p class="note">The thin line is zero, the thick one the score. {bars.length > MOST_BARS ? `${counted(bars.length - MOST_BARS)} pairs with lower scores are not drawn.` : ""}</p>
    </figure>
  );
}

function spoken({ name, score, parts }: ScoreBar): string {
  return `${name}: score ${signedScore(score)}, of ${parts.map(({ label, pico }) => `${label.toLowerCase()} ${signedScore(pico)}`).join(", ")}`;
}

function fillOf({ name }: ScorePart): string {
  return PARTS.find((part) => part.name === name)?.fill ?? "currentColor";
}

/** Where each part lies: those above zero one after the other to the right, those below to the left. */
function stacked(parts: readonly ScorePart[]): readonly { readonly part: ScorePart; readonly from: number; readonly to: number }[] {
  let [right, left] = [0, 0];
  return parts.map((part) => {
    if (part.pico > 0) return { part, from: right, to: (right += part.pico) };
    return { part, from: left, to: (left += part.pico) };
  });
}
