import type { VNode } from "preact";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAsked } from "../gateway/use-answer.ts";
import { useEvents } from "../gateway/use-events.ts";
import { Badge } from "../parts/badge.tsx";
import { counted } from "../parts/format.ts";
import { Answered, Empty } from "../parts/states.tsx";
import { Table } from "../parts/table.tsx";
import { hashOf } from "../shell/hash-route.ts";
import type { ViewProps } from "../shell/views.ts";
import { evidenceReply, servicesReply, type Evidence, type Service } from "./service-shapes.ts";
import { circuitTones, healthOf, healthTones, verdictCounts } from "./service-standing.ts";
import { ServiceView } from "./service-view.tsx";

interface Line {
  readonly service: Service;
  readonly evidence: Evidence | undefined;
}

/** Services of which the standing is asked for; of others the contract alone is shown. */
const MOST_ASKED = 60;

/** All services with their standing, or one of them. */
export function ServicesView({ gateway, route }: ViewProps): VNode {
  const [id] = route.parts;
  return id === undefined ? <AllServices gateway={gateway} /> : <ServiceView key={id} gateway={gateway} id={id} />;
}

function AllServices({ gateway }: { readonly gateway: GatewayClient }): VNode {
  const state = useAsked(async (signal) => {
    const { services } = await gateway.read("api/v1/services", servicesReply, { signal });
    // The standing alone: no minute is asked for.
    const standing = async (service: Service, at: number): Promise<Line> => ({ service, evidence: at < MOST_ASKED ? await gateway.read(`api/v1/services/${encodeURIComponent(service.service_id)}/evidence?since=${String(Number.MAX_SAFE_INTEGER)}`, evidenceReply, { signal }).catch(() => undefined) : undefined });
    return await Promise.all(services.map(standing));
  }, [gateway]);
  useEvents(gateway, "registry,verdict,circuit", state.reload);
  return (
    <>
      <header>
        <h1>Services</h1>
        <p>What can be chosen, whether it is well, and whether it keeps what its contract promises.</p>
      </header>
      <section class="card" aria-label="Services">
        <Answered state={state}>{(lines) => (lines.length === 0 ? <Empty>No service is registered. <code>caio init</code> writes a contract; <code>POST /api/v1/services</code> registers it.</Empty> : <Lines lines={lines} />)}</Answered>
      </section>
    </>
  );
}

function Lines({ lines }: { readonly lines: readonly Line[] }): VNode {
  return (
    <Table
      caption={`${counted(lines.length)} services`}
      rows={lines}
      keyOf={({ service }) => service.service_id}
      columns={[
        { title: "Service", cell: ({ service: { service_id: id, contract } }) => <><a href={hashOf("services", [id])}>{contract.name ?? id}</a><br /><span class="exact soft">{id}</span></> },
        { title: "Version", cell: ({ service }) => service.version },
        { title: "Health", cell: ({ service, evidence }) => <Health service={service} evidence={evidence} /> },
        { title: "Circuit", cell: ({ evidence }) => (evidence === undefined ? "–" : <Badge tone={circuitTones[evidence.circuit.state]}>{evidence.circuit.state}</Badge>) },
        { title: "Promises", cell: ({ evidence }) => (evidence === undefined ? "–" : promisesText(evidence)) },
        { title: "Calls", isNumber: true, cell: ({ evidence }) => (evidence === undefined ? "–" : counted(evidence.pairs.reduce((sum, { calls }) => sum + calls, 0))) },
        { title: "Offers", cell: ({ service: { contract } }) => contract.capabilities.map(({ type }) => type).join(", ") },
        { title: "Where", cell: ({ service: { contract: { privacy } } }) => `${(privacy.data_locality ?? "unsaid").replaceAll("_", " ")}${privacy.regions === undefined ? "" : `, ${privacy.regions.join(", ")}`}` },
      ]}
    />
  );
}

function Health({ service, evidence }: Line): VNode {
  if (service.draining) return <Badge tone="fair">draining</Badge>;
  if (evidence === undefined) return <>–</>;
  const health = healthOf(evidence);
  return <Badge tone={healthTones[health]}>{health}</Badge>;
}

function promisesText(evidence: Evidence): string {
  const { holds, suspect, contradicted } = verdictCounts(evidence);
  const parts = [`${String(holds)} hold`, ...(suspect === 0 ? [] : [`${String(suspect)} suspect`]), ...(contradicted === 0 ? [] : [`${String(contradicted)} contradicted`])];
  return parts.join(", ");
}
