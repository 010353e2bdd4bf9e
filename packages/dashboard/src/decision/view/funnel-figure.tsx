import type { VNode } from "preact";

import { counted } from "../../parts/format.ts";
import type { FunnelStage } from "../funnel.ts";

interface FunnelFigureProps {
  readonly stages: readonly FunnelStage[];
  /** The clause that the table below is narrowed to. */
  readonly clause: string;
  readonly onClause: (clause: string) => void;
}

/** The funnel: a bar for each stage, as wide as what is left, joined to the next; who fell is said beside it. */
export function FunnelFigure({ stages, clause, onClause }: FunnelFigureProps): VNode {
  const most = Math.max(1, ...stages.map(({ left }) => left));
  return (
    <ol class="funnel">
      {stages.map((stage, at) => (
        <li key={stage.id} class={`stage-${stage.id}`}>
          <div class="stage">
            <strong>{stage.title}</strong>
            <span class="soft">{stage.asks}</span>
          </div>
          <Bar left={stage.left} next={stages[at + 1]?.left} most={most} unit={stage.unit} isNamed={at < 2} />
          <div class="fell">
            {stage.clauses.map((fallen) => (
              <button key={fallen.clause} type="button" class="chip" aria-pressed={clause === fallen.clause} onClick={() => { onClause(clause === fallen.clause ? "" : fallen.clause); }}>
                <span class="minus">{`−${counted(fallen.fell)}`}</span> {fallen.clause.replace(/^rule:/, "rule ")}
              </button>
            ))}
            {stage.id === "chosen" && stage.fell > 0 ? <span class="soft">{`${counted(stage.fell)} others came after it`}</span> : undefined}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Drawn in the middle, so that the stages make the outline of a funnel. One that is left is always seen. */
function Bar({ left, next, most, unit, isNamed }: { readonly left: number; readonly next: number | undefined; readonly most: number; readonly unit: FunnelStage["unit"]; readonly isNamed: boolean }): VNode {
  const words = `${counted(left)} ${left === 1 ? unit.slice(0, -1) : unit}`;
  const width = (count: number): number => (count === 0 ? 0 : Math.max(3, (count / most) * 100));
  const [own, after] = [width(left), width(next ?? 0)];
  const edge = (wide: number, side: -1 | 1): string => String(50 + (side * wide) / 2);
  return (
    <div class="part" role="img" aria-label={`${words} left`}>
      <div class="bar" style={{ "--wide": `${String(own)}%` }}><span>{isNamed ? words : counted(left)}</span></div>
      {own === 0 || after === 0 ? undefined : (
        <svg class="join" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><polygon points={`${edge(own, -1)},0 ${edge(own, 1)},0 ${edge(after, 1)},10 ${edge(after, -1)},10`} /></svg>
      )}
    </div>
  );
}
