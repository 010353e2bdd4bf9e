import type { VNode } from "preact";

import { Badge, type Tone } from "../../parts/badge.tsx";
import { Empty } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import type { KeptPromise } from "../promise-kept.ts";
import { Meter } from "./meter.tsx";

const TONES: Readonly<Record<KeptPromise["verdict"], Tone>> = { kept: "good", within: "good", broken: "bad", beyond: "fair", "not measured": "plain" };

/** What was promised against what was measured. */
export function PromisesTable({ promises }: { readonly promises: readonly KeptPromise[] }): VNode {
  if (promises.length === 0) return <Empty>Nothing was promised of this call.</Empty>;
  return (
    <Table
      caption="Promises of this call"
      rows={promises}
      keyOf={({ title, promised }) => `${title} ${promised}`}
      columns={[
        { title: "Promise", cell: ({ title }) => title },
        { title: "Holds for", cell: ({ kind }) => kind },
        { title: "Promised", cell: ({ promised }) => promised },
        { title: "Measured", cell: ({ measured }) => measured },
        { title: "Of the promise", cell: ({ sharePpm, title, verdict }) => (sharePpm === null ? "–" : <Meter ppm={sharePpm} label={`${title} measured`} tone={verdict === "kept" || verdict === "within" ? "plain" : "bad"} />) },
        { title: "Standing", cell: ({ verdict }) => <Badge tone={TONES[verdict]}>{verdict}</Badge> },
      ]}
    />
  );
}
