import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { GatewayClient } from "../../gateway/gateway-client.ts";
import { GatewayError } from "../../gateway/gateway-error.ts";
import { operatorKeys } from "../../gateway/operator-keys.ts";
import { FileField } from "../../log/file-field.tsx";
import { NewestOnly } from "../../parts/newest-only.ts";
import { Problem } from "../../parts/states.tsx";
import { PictureView } from "./picture-view.tsx";
import { PlanSteps } from "./plan-steps.tsx";
import { checkedPictures, type CheckedPictures } from "./use-picture.ts";
import { VerifiedLine } from "./verified-line.tsx";

/** The verifier reads no longer bundle; it is told of one byte more and says so itself. */
const MOST = 33_554_432;

type Shown = { readonly bundle: string; readonly checked: CheckedPictures } | GatewayError | "checking";

/** A receipt from a file, as a picture. Nothing of it leaves the page. */
export function ReceiptFileView({ gateway }: { readonly gateway: GatewayClient }): VNode {
  const [shown, setShown] = useState<Shown>();
  const [newest] = useState(() => new NewestOnly());
  const take = (content: string | Uint8Array<ArrayBuffer> | undefined): void => {
    newest.forget();
    if (content === undefined) {
      setShown(undefined);
      return;
    }
    const bundle = typeof content === "string" ? content : new TextDecoder().decode(content);
    setShown("checking");
    const drawn = operatorKeys(gateway).then(async (keys) => await checkedPictures(bundle, keys)).then((checked): Shown => ({ bundle, checked }), (fault: unknown): Shown => (fault instanceof GatewayError ? fault : new GatewayError("Unchecked", "The receipt could not be checked.")));
    void newest.of(drawn).then((found) => { if (found !== undefined) setShown(found); });
  };
  return (
    <>
      <header>
        <p class="crumb"><a href="#/decisions">Decisions</a></p>
        <h1>A receipt from a file</h1>
        <p>Drop a receipt here to see its decision as a picture. It is checked against the key of this gateway; nothing of it leaves the page.</p>
      </header>
      <section class="card" aria-label="The receipt"><FileField name="receipt" title="Receipt (*.caio.json)" most={MOST} onContent={take} takesDrops /></section>
      {shown === "checking" ? <p class="waiting" role="status">Checking …</p> : undefined}
      {shown instanceof GatewayError ? <Problem problem={shown} /> : undefined}
      {shown === undefined || shown === "checking" || shown instanceof GatewayError ? undefined : <Drawn {...shown} />}
    </>
  );
}

function Drawn({ bundle, checked: { report, pictures, unreadable, planId } }: { readonly bundle: string; readonly checked: CheckedPictures }): VNode {
  const [picture] = pictures;
  return (
    <>
      <VerifiedLine report={report} bundle={bundle} id={picture?.decisionId ?? "receipt"} />
      {unreadable === undefined ? undefined : <p class="message fair">{`This file cannot be drawn. ${unreadable}`}</p>}
      {picture === undefined || planId !== undefined ? undefined : <><h2>{picture.headline}</h2><PictureView picture={picture} /></>}
      {planId === undefined ? undefined : <PlanSteps pictures={pictures} />}
    </>
  );
}
