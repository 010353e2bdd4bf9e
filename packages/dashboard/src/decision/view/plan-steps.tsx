import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { DecisionPicture } from "../picture.ts";
import { PictureView } from "./picture-view.tsx";

/** A plan: its steps, each a decision of its own, one opened at a time. */
export function PlanSteps({ pictures }: { readonly pictures: readonly DecisionPicture[] }): VNode {
  const [open, setOpen] = useState(0);
  const picture = pictures[open];
  return (
    <>
      <div class="row" role="group" aria-label="Steps of the plan">
        {pictures.map(({ decisionId, headline }, at) => (
          <button key={decisionId} type="button" aria-pressed={at === open} onClick={() => { setOpen(at); }}>{`Step ${String(at + 1)}: ${headline}`}</button>
        ))}
      </div>
      {picture === undefined ? undefined : <PictureView key={picture.decisionId} picture={picture} />}
    </>
  );
}
