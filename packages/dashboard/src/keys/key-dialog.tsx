import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAction } from "../gateway/use-action.ts";
import { Confirm, Dialog } from "../parts/dialog.tsx";
import { KeyForm } from "./key-form.tsx";
import { limitsOf, wantedKeyOf } from "./key-forms.ts";
import { madeReply, type MadeKey } from "./key-shapes.ts";
import type { KnownKey } from "./use-keys.ts";
import { ShownOnce } from "./shown-once.tsx";

/** What is to be done, and with which key. */
export type KeyAct = { readonly kind: "make" } | { readonly kind: "limits" | "rotate" | "revoke"; readonly key: KnownKey };

interface KeyDialogProps {
  readonly gateway: GatewayClient;
  readonly act: KeyAct;
  readonly currency: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Makes, changes, replaces or revokes a key. A new key is shown here and never again. */
export function KeyDialog({ gateway, act, currency, onClose, onDone }: KeyDialogProps): VNode {
  const { run, isBusy, problem } = useAction();
  const [wrong, setWrong] = useState<string>();
  const [made, setMade] = useState<MadeKey>();
  const done = async (what: () => Promise<MadeKey | undefined>): Promise<void> => {
    let shown: MadeKey | undefined;
    const isDone = await run(async () => { shown = await what(); });
    // Also behind a key that is shown, and after a refusal: what the list has is of before.
    onDone();
    if (!isDone) return;
    if (shown === undefined) onClose();
    else setMade(shown);
  };
  const change = (method: "POST" | "PUT" | "DELETE", path: string, body?: unknown) => async (): Promise<undefined> => { await gateway.ask(path, { method, ...(body === undefined ? {} : { body }) }); return undefined; };
  if (made !== undefined) return <ShownOnce made={made} onClose={onClose} />;
  if (act.kind === "make") {
    const submit = (form: FormData): void => {
      const read = wantedKeyOf(form);
      setWrong("problem" in read ? read.problem : undefined);
      if ("value" in read) void done(async () => await gateway.read("api/v1/keys", madeReply, { method: "POST", body: read.value }));
    };
    return <Dialog title="Make a key" onClose={onClose} isKept={isBusy}><KeyForm currency={currency} problem={wrong ?? problem?.message} isBusy={isBusy} act="Make the key" onSubmit={submit} onClose={onClose} /></Dialog>;
  }
  const { key } = act;
  const path = `api/v1/keys/${key.key_id}`;
  if (act.kind === "limits") {
    const submit = (form: FormData): void => {
      const read = limitsOf(form);
      setWrong("problem" in read ? read.problem : undefined);
      if ("value" in read) void done(change("PUT", `${path}/limits`, read.value));
    };
    return <Dialog title={`Limits of ${key.subject}`} onClose={onClose} isKept={isBusy}><KeyForm of={key} currency={currency} problem={wrong ?? problem?.message} isBusy={isBusy} act="Set the limits" onSubmit={submit} onClose={onClose} /></Dialog>;
  }
  const common = { isBusy, problem: problem?.message, onClose };
  if (act.kind === "rotate") {
    return <Confirm {...common} title={`Replace the key of ${key.subject}`} act="Replace it" isDanger words="Another key with the same rights and limits is made and shown once. The one in use ends at once: who uses it is refused from the next request on." onAct={() => { void done(async () => await gateway.read(`${path}/rotate`, madeReply, { method: "POST" })); }} />;
  }
  return <Confirm {...common} title={`Revoke the key of ${key.subject}`} act="Revoke it" isDanger words={`${key.key_id} ends for good: who uses it is refused from the next request on. This cannot be undone.`} onAct={() => { void done(change("DELETE", path)); }} />;
}
