import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";

import { timeOfDay } from "../../parts/format.ts";
import type { DecisionPicture } from "../picture.ts";
import { CounterfactualList } from "./counterfactual-list.tsx";
import { FunnelFigure } from "./funnel-figure.tsx";
import { LimitsTable } from "./limits-table.tsx";
import { PromisesTable } from "./promises-table.tsx";
import { RejectionsTable } from "./rejections-table.tsx";
import { RequestTable } from "./request-table.tsx";
import { ScoreFigure } from "./score-figure.tsx";
import { ScoreTable } from "./score-table.tsx";

interface PictureViewProps {
  readonly picture: DecisionPicture;
  /** What the gateway says besides: how calls ended, and what else would have changed it. */
  readonly attempts?: ComponentChildren;
  readonly otherwise?: ComponentChildren;
}

/** A decision as a picture, from top to bottom as it was made. */
export function PictureView({ picture, attempts, otherwise }: PictureViewProps): VNode {
  const [clause, setClause] = useState("");
  const { funnel, rejections, scores, limits, promises, counterfactuals, request, withheld, notices, outcome } = picture;
  return (
    <>
      <p class="soft">{`Tenant ${picture.tenant}, decided ${timeOfDay(picture.at, Date.now())}.`}{notices.map((notice) => ` ${notice}`)}</p>
      <Section id="funnel" title="From all services to one" note="How many were left after each step. A number of fallen pairs opens who they were.">
        <FunnelFigure stages={funnel} clause={clause} onClause={setClause} />
        {rejections.length === 0 ? <p class="soft">No pair fell.</p> : <RejectionsTable rejections={rejections} clause={clause} onClause={setClause} />}
      </Section>
      {scores.bars.length === 0 ? undefined : (
        <Section id="scores" title="Scores" note="Each part is a weight of the policy times a term of the pair. What speaks for a pair stands to the right of zero, what speaks against it to the left.">
          <ScoreFigure scores={scores} />
          <ScoreTable scores={scores} />
        </Section>
      )}
      {outcome === "refused" ? undefined : (
        <>
          <Section id="promises" title="Promise and measurement" note="What this call was promised, and what was measured of it. A promise over many calls is not broken by one call alone.">
            <PromisesTable promises={promises} />
            {attempts}
          </Section>
          <Section id="limits" title="Limits and what is left of them">
            <LimitsTable limits={limits} />
          </Section>
        </>
      )}
      <Section id="otherwise" title="What would have changed it">
        <CounterfactualList items={counterfactuals} />
        {otherwise}
      </Section>
      <Section id="request" title="What was asked" {...(withheld === undefined ? {} : { note: withheld })}>
        <RequestTable paths={request} />
      </Section>
    </>
  );
}

function Section({ id, title, note, children }: { readonly id: string; readonly title: string; readonly note?: string; readonly children: ComponentChildren }): VNode {
  return (
    <section class="card" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {note === undefined ? undefined : <p class="note">{note}</p>}
      {children}
    </section>
  );
}
