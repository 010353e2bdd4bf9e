import type { VNode } from "preact";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAsked } from "../gateway/use-answer.ts";
import { useEvents } from "../gateway/use-events.ts";
import { Badge } from "../parts/badge.tsx";
import { counted, timeOfDay } from "../parts/format.ts";
import { Answered } from "../parts/states.tsx";
import { PairEvidenceCard } from "./pair-evidence.tsx";
import { ServiceActions } from "./service-actions.tsx";
import { ServiceChanges } from "./service-changes.tsx";
import { evidenceReply, serviceReply, type Evidence, type Service } from "./service-shapes.ts";
import { circuitTones, healthOf, healthTones } from "./service-standing.ts";

/** One service: its standing, and its promises against the evidence, over time. */
export function ServiceView({ gateway, id }: { readonly gateway: GatewayClient; readonly id: string }): VNode {
  const path = `api/v1/services/${encodeURIComponent(id)}`;
  const state = useAsked(async (signal) => {
    const [service, evidence] = await Promise.all([gateway.read(path, serviceReply, { signal }), gateway.read(`${path}/evidence`, evidenceReply, { signal })]);
    return { service, evidence };
  }, [gateway, id]);
  useEvents(gateway, "decision,registry,verdict,circuit", state.reload);
  return (
    <>
      <header>
        <p class="crumb"><a href="#/services">Services</a></p>
        <h1>{state.value?.service.contract.name ?? id}</h1>
        <p class="exact">{id}</p>
      </header>
      <Answered state={state}>
        {({ service, evidence }) => (
          <>
            <Standing service={service} evidence={evidence} />
            <ServiceActions gateway={gateway} service={service} onDone={state.reload} />
            {evidence.pairs.map((pair) => <PairEvidenceCard key={pair.model ?? ""} pair={pair} service={id} currency={evidence.currency} />)}
            <ServiceChanges evidence={evidence} />
            <ContractCard service={service} />
          </>
        )}
      </Answered>
    </>
  );
}

function Standing({ service, evidence }: { readonly service: Service; readonly evidence: Evidence }): VNode {
  const health = healthOf(evidence);
  const { circuit, pairs, since } = evidence;
  return (
    <dl class="card facts">
      <div><dt>Health</dt><dd>{service.draining ? <Badge tone="fair">draining</Badge> : <Badge tone={healthTones[health]}>{health}</Badge>}</dd></div>
      <div><dt>Circuit</dt><dd><Badge tone={circuitTones[circuit.state]}>{circuit.state}</Badge></dd></div>
      <div><dt>Calls since {timeOfDay(since, Date.now())}</dt><dd>{counted(pairs.reduce((sum, { calls }) => sum + calls, 0))}</dd></div>
      <div><dt>Version</dt><dd>{service.version}</dd></div>
      <div><dt>Reached by</dt><dd>{service.contract.api.protocol}</dd></div>
      <div><dt>Contract</dt><dd class="exact">{service.contract_digest.slice(0, 16)}…</dd></div>
    </dl>
  );
}

function ContractCard({ service: { contract } }: { readonly service: Service }): VNode {
  return (
    <section class="card" aria-label="Contract">
      <details>
        <summary>The contract, as decisions see it</summary>
        <pre tabIndex={0} aria-label="Contract as JSON">{JSON.stringify(contract, null, 2)}</pre>
      </details>
    </section>
  );
}
