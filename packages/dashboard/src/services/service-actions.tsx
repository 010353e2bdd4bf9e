import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { useIsAdmin } from "../gateway/caller.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAction } from "../gateway/use-action.ts";
import { Confirm } from "../parts/dialog.tsx";
import { healthReply, type Service } from "./service-shapes.ts";

const ACTS = {
  drain: { title: "Drain", words: "No new decision chooses it; calls under way go on. It can be undone at any time.", path: "drain" },
  undrain: { title: "Take back in", words: "Decisions may choose it again, from the next one on.", path: "undrain" },
  renew: { title: "Clear the evidence", words: "Its promises are taken for kept again, and the evidence against them is gone for good.", path: "renew" },
} as const;

/** What an administrator may do with a service; each is asked about first. */
export function ServiceActions({ gateway, service, onDone }: { readonly gateway: GatewayClient; readonly service: Service; readonly onDone: () => void }): VNode {
  const isAdmin = useIsAdmin();
  const { service_id: id, draining } = service;
  const [asked, setAsked] = useState<keyof typeof ACTS>();
  const [health, setHealth] = useState("");
  const { run, isBusy, problem, forget } = useAction();
  const address = `api/v1/services/${encodeURIComponent(id)}`;
  const close = (): void => { forget(); setAsked(undefined); };
  const act = async (path: string): Promise<void> => {
    if (!(await run(async () => { await gateway.ask(`${address}/${path}`, { method: "POST", body: {} }); }))) return;
    setAsked(undefined);
    onDone();
  };
  const askHealth = async (): Promise<void> => {
    setHealth("Asking …");
    const done = await run(async () => { setHealth((await gateway.read(`${address}/health`, healthReply)).healthy ? "It says that it is well." : "It says that it is not well."); });
    if (!done) setHealth("It could not be asked.");
  };
  return (
    <div class="row">
      <button type="button" onClick={() => { void askHealth(); }}>Ask whether it is well</button>
      {isAdmin ? (
        <>
          <button type="button" onClick={() => { setAsked(draining ? "undrain" : "drain"); }}>{draining ? ACTS.undrain.title : ACTS.drain.title}</button>
          <button type="button" onClick={() => { setAsked("renew"); }}>{ACTS.renew.title}</button>
        </>
      ) : undefined}
      <span role="status" class="soft">{health}</span>
      {asked === undefined ? undefined : <Confirm title={`${ACTS[asked].title}: ${id}`} words={ACTS[asked].words} act={ACTS[asked].title} isDanger={asked === "renew"} isBusy={isBusy} problem={problem?.message} onClose={close} onAct={() => { void act(ACTS[asked].path); }} />}
    </div>
  );
}
