import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { useIsAdmin } from "../gateway/caller.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAsked } from "../gateway/use-answer.ts";
import { Badge } from "../parts/badge.tsx";
import { Answered } from "../parts/states.tsx";
import { PolicyDraft } from "./policy-draft.tsx";
import { policiesReply, policyReply, versionsReply } from "./policy-shapes.ts";
import { PolicyVersions } from "./policy-versions.tsx";
import { basisOf } from "./save-draft.ts";

/** One policy: a draft of its next version with what it would change, and all its versions. */
export function PolicyView({ gateway, id }: { readonly gateway: GatewayClient; readonly id: string }): VNode {
  const path = `api/v1/policies/${encodeURIComponent(id)}`;
  const isAdmin = useIsAdmin();
  // A draft lives as long as its round, also when what stands around it is read again.
  const [round, setRound] = useState(0);
  const begin = (): void => { setRound((before) => before + 1); };
  const state = useAsked(async (signal) => {
    const [active, versions, { base }] = await Promise.all([gateway.readTagged(path, policyReply, { signal }), gateway.read(`${path}/versions`, versionsReply, { signal }), gateway.read("api/v1/policies", policiesReply, { signal })]);
    return { basis: basisOf(active), versions, isBase: base === id, round };
  }, [gateway, id, round]);
  return (
    <>
      <header>
        <p class="crumb"><a href="#/policies">Policies</a></p>
        <h1>{id}</h1>
        {state.value === undefined ? undefined : <span class="row"><span>{`version ${String(state.value.basis.version)}`}</span>{state.value.isBase ? <Badge tone="good">base</Badge> : undefined}</span>}
      </header>
      <Answered state={state}>
        {({ basis, versions, round: begun }) => (
          <>
            {isAdmin ? <PolicyDraft key={begun} gateway={gateway} id={id} begunFrom={basis} onSaved={begin} onOvertaken={state.reload} /> : <PolicyText text={basis.text} />}
            <PolicyVersions gateway={gateway} id={id} versions={versions.versions} active={basis} onChanged={state.reload} onOvertaken={state.reload} />
          </>
        )}
      </Answered>
    </>
  );
}

/** The policy for whom may read it, and not write another. */
function PolicyText({ text }: { readonly text: string }): VNode {
  return (
    <section class="card" aria-labelledby="text-title">
      <h2 id="text-title">The policy</h2>
      <pre tabIndex={0} aria-label="The policy as text">{text}</pre>
    </section>
  );
}
