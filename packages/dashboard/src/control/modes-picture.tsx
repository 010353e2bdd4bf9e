import type { VNode } from "preact";

import { percent } from "../parts/format.ts";
import { bandShareMicros, modeBars, type ModeBar } from "./mode-bars.ts";

const HEIGHT = 96;
const STEP = 8;

/** The energy of a field, mode by mode. */
export function ModesPicture({ title, energies }: { readonly title: string; readonly energies: readonly number[] }): VNode {
  const bars = modeBars(energies);
  const width = bars.length * STEP;
  const words = `${percent(bandShareMicros(bars, "high"))} of the energy is in the high band, ${percent(bandShareMicros(bars, "low"))} in the low one.`;
  return (
    <figure class="modes">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${String(width)} ${String(HEIGHT + 4)}`} preserveAspectRatio="none" role="img" aria-label={`${title}. ${words}`}>
        {bars.filter(({ band }) => band !== "high").map(({ mode, band }) => <rect key={`band ${String(mode)}`} class={`band ${band}`} x={mode * STEP} y={0} width={STEP} height={HEIGHT + 4} />)}
        {bars.map((bar) => <rect key={bar.mode} class={`mode ${bar.band}`} {...boxOf(bar)}><title>{`mode ${String(bar.mode)} (${bar.band}): ${String(bar.energyMicros)} millionths`}</title></rect>)}
        <line class="ground" x1={0} x2={width} y1={HEIGHT + 2} y2={HEIGHT + 2} />
      </svg>
      <p class="note">{words} <span class="soft">Bars are roots of energies; the shaded modes are the low band and its guard.</span></p>
    </figure>
  );
}

function boxOf({ mode, height }: ModeBar): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  return { x: mode * STEP + 1, y: HEIGHT + 2 - height * HEIGHT, width: STEP - 2, height: height * HEIGHT };
}
