import { canonical } from "@caio/verifier";
import type { VNode } from "preact";

import { Badge } from "../../parts/badge.tsx";
import { Table } from "../../parts/table.tsx";
import type { RequestPath } from "../request-paths.ts";

const LONGEST = 300;

/** What the receipt opens of the request; what is withheld is shown as withheld, and what was not said is left out. */
export function RequestTable({ paths }: { readonly paths: readonly RequestPath[] }): VNode {
  const said = paths.filter(({ state }) => state !== "unsaid");
  const unsaid = paths.length - said.length;
  return (
    <details>
      <summary>{`${String(said.length)} paths committed to, ${String(said.filter(({ state }) => state === "withheld").length)} of them withheld; ${String(unsaid)} not said`}</summary>
      <Table
        caption="Paths of the request"
        rows={said}
        keyOf={({ path }) => path}
        columns={[
          { title: "Path", cell: ({ path }) => <code>{path}</code> },
          { title: "Value", cell: ({ state, value }) => (state === "withheld" ? <Badge tone="plain">withheld</Badge> : <bdi class="exact">{shortened(canonical(value))}</bdi>) },
        ]}
      />
    </details>
  );
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}
