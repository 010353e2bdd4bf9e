import type { VNode } from "preact";

import { Badge } from "../parts/badge.tsx";
import { timeOfDay } from "../parts/format.ts";
import { Table } from "../parts/table.tsx";
import type { Evidence } from "./service-shapes.ts";
import { circuitTones, verdictTones, watchedTitle } from "./service-standing.ts";

interface Change {
  readonly at: number;
  readonly what: string;
  readonly became: VNode;
}

const MOST = 50;

/** What changed, the newest first: verdicts on promises and the circuit. */
export function ServiceChanges({ evidence: { pairs, circuit, service_id: id } }: { readonly evidence: Evidence }): VNode {
  const verdicts = pairs.flatMap(({ model, changes }) => changes.map(({ at, before, after, ...watched }): Change => ({
    at, what: `${model ?? id}: ${watchedTitle(watched)}`, became: <>{before} → <Badge tone={verdictTones[after]}>{after}</Badge></>,
  })));
  const circuits = circuit.changes.map(({ at, state }): Change => ({ at, what: "Circuit", became: <Badge tone={circuitTones[state]}>{state}</Badge> }));
  const all = [...verdicts, ...circuits].sort((a, b) => b.at - a.at).slice(0, MOST);
  return (
    <section class="card" aria-labelledby="changes-title">
      <h2 id="changes-title">What changed</h2>
      {all.length === 0 ? <p class="soft">Nothing has changed since the gateway began.</p> : (
        <Table
          caption="Changes of verdicts and of the circuit"
          rows={all}
          keyOf={({ at, what }) => `${String(at)} ${what}`}
          columns={[
            { title: "When", cell: ({ at }) => timeOfDay(at, Date.now()) },
            { title: "What", cell: ({ what }) => what },
            { title: "Became", cell: ({ became }) => became },
          ]}
        />
      )}
    </section>
  );
}
