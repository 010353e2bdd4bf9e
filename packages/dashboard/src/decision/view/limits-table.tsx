import type { VNode } from "preact";

import { Table } from "../../parts/table.tsx";
import type { LimitSlack } from "../limit-slack.ts";
import { Meter } from "./meter.tsx";

/** The limits of the chosen pair: what it has of each, what is left, and who of the others is nearest to it. */
export function LimitsTable({ limits }: { readonly limits: readonly LimitSlack[] }): VNode {
  return (
    <Table
      caption="Limits of the chosen pair"
      rows={limits}
      keyOf={({ id }) => id}
      columns={[
        { title: "Limit", cell: ({ title }) => title },
        { title: "Asked", cell: ({ limit, state }) => (state === "withheld" ? <span class="badge">withheld</span> : limit) },
        { title: "Chosen pair", cell: ({ has, state }) => (state === "withheld" ? <span class="badge">withheld</span> : has === "" ? "–" : has) },
        { title: "Used", cell: ({ usedPpm, title }) => (usedPpm === null ? "–" : <Meter ppm={usedPpm} label={`${title} used`} />) },
        { title: "Slack", isNumber: true, cell: ({ slack }) => slack === "" ? "–" : slack },
        { title: "Tightest of the others", cell: ({ tightest }) => (tightest === null ? "–" : <><bdi>{tightest.name}</bdi>{`: ${tightest.slack}`}</>) },
      ]}
    />
  );
}
