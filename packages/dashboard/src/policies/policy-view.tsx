import type { VNode } from "preact";

import { useIsAdmin } from "../gateway/caller.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAsked } from "../gateway/use-answer.ts";
import { Badge } from "../parts/badge.tsx";
import { Answered } from "../parts/states.tsx";
import { PolicyDraft } from "./policy-draft.tsx";
import { policiesReply, policyReply, versionsReply } from "./policy-shapes.ts";
import { policyText } from "./policy-text.ts";
import { PolicyVersions } from "./policy-versions.tsx";

/** One policy: a draft of its next version with what it would change, and all its versions. */
export function PolicyView({ gateway, id }: { readonly gateway: GatewayClient; readonly id: string }): VNode {
  const path = `api/v1/policies/${encodeURIComponent(id)}`;
  const isAdmin = useIsAdmin();
  const state = useAsked(async (signal) => {
    const [active, versions, { base }] = await Promise.all([gateway.read(path, policyReply, { signal }), gateway.read(`${path}/versions`, versionsReply, { signal }), gateway.read("api/v1/policies", policiesReply, { signal })]);
    return { active, versions, isBase: base === id };
  }, [gateway, id]);
  return (
    <>
      <header>
        <p class="crumb"><a href="#/policies">Policies</a></p>
        <h1>{id}</h1>
        {state.value === undefined ? undefined : <span class="row"><span>{`version ${String(state.value.active.version)}`}</span>{state.value.isBase ? <Badge tone="good">base</Badge> : undefined}</span>}
      </header>
      <Answered state={state}>
        {({ active, versions }) => (
          <>
            {isAdmin ? <PolicyDraft key={active.digest} gateway={gateway} id={id} saved={policyText(active.policy)} onSaved={state.reload} /> : <PolicyText text={policyText(active.policy)} />}
            <PolicyVersions gateway={gateway} id={id} versions={versions.versions} active={versions.active} onChanged={state.reload} />
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
