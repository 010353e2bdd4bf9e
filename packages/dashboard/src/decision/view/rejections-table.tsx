import type { VNode } from "preact";

import { counted } from "../../parts/format.ts";
import { Table } from "../../parts/table.tsx";
import type { Rejection } from "../rejection.ts";

interface RejectionsTableProps {
  readonly rejections: readonly Rejection[];
  readonly clause: string;
  readonly onClause: (clause: string) => void;
}

/** Rows that are drawn; the funnel narrows them. */
const MOST = 200;

/** Every pair that fell, with the first clause that it broke. */
export function RejectionsTable({ rejections, clause, onClause }: RejectionsTableProps): VNode {
  const asked = clause === "" ? rejections : rejections.filter((rejection) => rejection.clause === clause);
  return (
    <div>
      <div class="row spread" role="status">
        <h3>{clause === "" ? `${counted(rejections.length)} fell` : `${counted(asked.length)} fell at ${clause.replace(/^rule:/, "rule ")}`}</h3>
        {clause === "" ? undefined : <button type="button" onClick={() => { onClause(""); }}>{`Show all ${counted(rejections.length)}`}</button>}
      </div>
      <Table
        caption="Pairs that were rejected"
        rows={asked.slice(0, MOST)}
        keyOf={({ name }) => name}
        columns={[
          { title: "Pair", cell: ({ name }) => <bdi>{name}</bdi> },
          { title: "Step", cell: ({ step, stage }) => `${String(step)} ${stage}` },
          { title: "Clause", cell: ({ clause: broken }) => <code>{broken}</code> },
          { title: "In words", cell: ({ words }) => <bdi>{words}</bdi> },
          { title: "Found", cell: ({ finding }) => (finding === undefined ? "–" : <bdi>{finding.found}</bdi>) },
          { title: "Asked", cell: ({ finding }) => (finding === undefined ? "–" : <bdi>{finding.asked}</bdi>) },
        ]}
      />
      {asked.length > MOST ? <p class="soft">{`${counted(asked.length - MOST)} more; choose a clause above.`}</p> : undefined}
    </div>
  );
}
