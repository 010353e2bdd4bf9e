import type { VNode } from "preact";
import { useMemo } from "preact/hooks";

import { timeOfDay } from "../parts/format.ts";
import { DiffView } from "./diff-view.tsx";
import type { DraftBasis, Overtaken } from "./save-draft.ts";
import { diffLines } from "./text-diff.ts";

interface OvertakenDraftProps {
  /** What the draft was begun from. */
  readonly basis: DraftBasis;
  readonly overtaken: Overtaken;
  readonly onGoOn: () => void;
}

/** A draft was not saved because somebody was faster: who, what they changed, and how to go on. The draft stays as it is. */
export function OvertakenDraft({ basis, overtaken: { now, by }, onGoOn }: OvertakenDraftProps): VNode {
  const lines = useMemo(() => diffLines(basis.text, now.text), [basis.text, now.text]);
  const who = by?.version !== now.version || by.actor === null ? "" : `, put there by ${by.actor}${by.at === null ? "" : ` (${timeOfDay(by.at, Date.now())})`}`;
  return (
    <>
      <div class="message fair" role="alert">
        <p>{`Not saved: version ${String(now.version)} is in use now${who}. This draft was begun from version ${String(basis.version)} and would undo what is changed since. It is kept as it is.`}</p>
        <p><button type="button" onClick={onGoOn}>{`Go on from version ${String(now.version)}`}</button></p>
      </div>
      <DiffView title={`What version ${String(now.version)} changes in version ${String(basis.version)}`} lines={lines} />
    </>
  );
}
