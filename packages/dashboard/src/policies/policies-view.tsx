import type { VNode } from "preact";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAnswer } from "../gateway/use-answer.ts";
import { Badge } from "../parts/badge.tsx";
import { Answered } from "../parts/states.tsx";
import { Table } from "../parts/table.tsx";
import { hashOf } from "../shell/hash-route.ts";
import type { ViewProps } from "../shell/views.ts";
import { policiesReply } from "./policy-shapes.ts";
import { PolicyView } from "./policy-view.tsx";

/** All policies, or one of them. */
export function PoliciesView({ gateway, route }: ViewProps): VNode {
  const [id] = route.parts;
  return id === undefined ? <AllPolicies gateway={gateway} /> : <PolicyView key={id} gateway={gateway} id={id} />;
}

function AllPolicies({ gateway }: { readonly gateway: GatewayClient }): VNode {
  const state = useAnswer(gateway, "api/v1/policies", policiesReply);
  return (
    <>
      <header>
        <h1>Policies</h1>
        <p>The base policy holds for every request; a request may name others, which only tighten it. Every change is a version, and every version can be used again.</p>
      </header>
      <section class="card" aria-label="Policies">
        <Answered state={state}>
          {({ base, policies }) => (
            <Table
              caption="Policies"
              rows={policies}
              keyOf={({ id }) => id}
              columns={[
                { title: "Policy", cell: ({ id }) => <a href={hashOf("policies", [id])}>{id}</a> },
                { title: "Role", cell: ({ id }) => (id === base ? <Badge tone="good">base</Badge> : "named by requests") },
                { title: "Version", isNumber: true, cell: ({ version }) => String(version) },
                { title: "Rules", isNumber: true, cell: ({ rules }) => String(rules) },
                { title: "Digest", cell: ({ digest }) => <span class="exact">{digest.slice(0, 16)}…</span> },
              ]}
            />
          )}
        </Answered>
      </section>
    </>
  );
}
