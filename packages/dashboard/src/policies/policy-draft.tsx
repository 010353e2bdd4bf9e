import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAction } from "../gateway/use-action.ts";
import { Confirm } from "../parts/dialog.tsx";
import { DiffView } from "./diff-view.tsx";
import { DraftFindings } from "./draft-findings.tsx";
import { OvertakenDraft } from "./overtaken-draft.tsx";
import { saveDraft, type DraftBasis, type Overtaken } from "./save-draft.ts";
import { diffLines } from "./text-diff.ts";
import { useValidation } from "./use-validation.ts";
import { WhatIf } from "./what-if.tsx";

interface PolicyDraftProps {
  readonly gateway: GatewayClient;
  readonly id: string;
  /** The version in use. What comes into use later changes no draft in which something was written. */
  readonly begunFrom: DraftBasis;
  readonly onSaved: () => void;
  /** Somebody was faster. */
  readonly onOvertaken: () => void;
}

/** The next version of a policy: written, checked as it is written, tried on recent requests, and only then saved. */
export function PolicyDraft({ gateway, id, begunFrom, onSaved, onOvertaken }: PolicyDraftProps): VNode {
  const [basis, setBasis] = useState(begunFrom);
  const [draft, setDraft] = useState(basis.text);
  const [overtaken, setOvertaken] = useState<Overtaken>();
  const [isAsking, setAsking] = useState(false);
  const [isSaved, setSaved] = useState(false);
  const validation = useValidation(gateway, id, draft);
  const { run, isBusy, problem, forget } = useAction();
  const lines = useMemo(() => diffLines(basis.text, draft), [basis.text, draft]);
  const changed = lines.filter(({ kind }) => kind !== "same").length;
  const ready = changed > 0 && validation.state === "valid";
  const begin = (from: DraftBasis): void => {
    setBasis(from);
    setDraft(from.text);
  };
  useEffect(() => { if (draft === basis.text && overtaken === undefined) begin(begunFrom); }, [begunFrom]);
  const save = async (): Promise<void> => {
    await run(async () => {
      const ended = await saveDraft(gateway, { id, draft, basis });
      setAsking(false);
      setOvertaken(ended);
      setSaved(ended === undefined);
      if (ended === undefined) onSaved();
      else onOvertaken();
    });
  };
  const goOn = ({ now }: Overtaken): void => {
    if (draft === basis.text) begin(now);
    else setBasis(now);
    setOvertaken(undefined);
  };
  return (
    <section class="card" aria-labelledby="draft-title">
      <div class="row spread">
        <h2 id="draft-title">Draft</h2>
        <span class="row">
          <button type="button" disabled={changed === 0 || isSaved} onClick={() => { setDraft(basis.text); }}>Undo all changes</button>
          <button type="button" class="main" disabled={!ready || isSaved || overtaken !== undefined} onClick={() => { setAsking(true); }}>Save as a new version</button>
        </span>
      </div>
      {overtaken === undefined ? undefined : <OvertakenDraft basis={basis} overtaken={overtaken} onGoOn={() => { goOn(overtaken); }} />}
      {isSaved ? <p class="waiting">Saved. The policy is read again before the next draft is begun …</p> : undefined}
      <label>
        The policy as text
        <textarea class="draft" rows={18} spellcheck={false} autocomplete="off" readOnly={isSaved} value={draft} aria-describedby="draft-state" onInput={({ currentTarget: { value } }) => { setDraft(value); }} />
      </label>
      <DraftFindings validation={validation} changed={changed} />
      {changed === 0 ? undefined : <DiffView title="What is changed" lines={lines} />}
      <WhatIf gateway={gateway} draft={draft} isReady={ready} />
      {isAsking ? <Confirm title={`Save a new version of ${id}`} words={`It is used from the next decision on. ${validation.findings.some(({ severity }) => severity === "error") ? "The check found contradictions in it: see the list. " : ""}The version in use now can be used again at any time.`} act="Save it" isBusy={isBusy} problem={problem?.message} onClose={() => { forget(); setAsking(false); }} onAct={() => { void save(); }} /> : undefined}
    </section>
  );
}
