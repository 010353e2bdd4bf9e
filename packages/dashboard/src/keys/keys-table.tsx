import type { VNode } from "preact";

import { Meter } from "../decision/view/meter.tsx";
import { Badge } from "../parts/badge.tsx";
import { money } from "../parts/format.ts";
import { Table } from "../parts/table.tsx";
import type { KeyAct } from "./key-dialog.tsx";
import { standingOf, type Spending } from "./key-shapes.ts";
import type { KnownKey } from "./use-keys.ts";

interface KeysTableProps {
  readonly keys: readonly KnownKey[];
  readonly currency: string;
  /** The gateway's time, milliseconds. */
  readonly now: number;
  /** It is being read again: a key may have been replaced, and nothing is done with one until it is known. */
  readonly isOfBefore: boolean;
  /** Absent for who may change nothing. */
  readonly onAct?: (act: KeyAct) => void;
}

const TONES = { "in use": "good", revoked: "plain", ended: "fair" } as const;
const ORDER = { "in use": 0, ended: 1, revoked: 2 };

/** All keys, those in use first. */
export function KeysTable({ keys, currency, now, isOfBefore, onAct }: KeysTableProps): VNode {
  const sorted = [...keys].sort((a, b) => ORDER[standingOf(a, now)] - ORDER[standingOf(b, now)] || (a.subject < b.subject ? -1 : 1));
  return (
    <Table
      caption="Keys"
      rows={sorted}
      keyOf={({ key_id: id }) => id}
      columns={[
        { title: "Whose", cell: ({ subject, key_id: id }) => <><bdi>{subject}</bdi><br /><span class="exact soft whole">{id}</span></> },
        { title: "Tenant", cell: ({ tenant }) => <bdi>{tenant}</bdi> },
        { title: "Standing", cell: (key) => <Badge tone={TONES[standingOf(key, now)]}>{standingOf(key, now)}</Badge> },
        { title: "Today", cell: ({ day }) => <Spent spending={day} currency={currency} label="Spent today" /> },
        { title: "This month", cell: ({ month }) => <Spent spending={month} currency={currency} label="Spent this month" /> },
        { title: "A minute", isNumber: true, cell: ({ requests_per_minute: most }) => most ?? "–" },
        ...(onAct === undefined ? [] : [
          { title: "Rights", cell: ({ rights }: KnownKey) => (rights === undefined ? "–" : `${rights.permissions.join(", ") || "none"}; trust ${String(rights.trust)}`) },
          { title: "Change", cell: (key: KnownKey) => <Acts keyOf={key} now={now} isOfBefore={isOfBefore} onAct={onAct} /> },
        ]),
      ]}
    />
  );
}

function Spent({ spending, currency, label }: { readonly spending: Spending | null; readonly currency: string; readonly label: string }): VNode {
  if (spending === null) return <span class="soft">no budget</span>;
  const { spent_micros: spent, reserved_micros: reserved, limit_micros: limit } = spending;
  const used = spent + reserved;
  return (
    <span class="spent">
      <span>{limit === null ? money(used, currency) : `${money(used, currency)} of ${money(limit, currency)}`}</span>
      {limit === null ? undefined : <Meter ppm={limit === 0 ? 1_000_000 : Math.round((used / limit) * 1_000_000)} label={label} tone={used >= limit * 0.9 ? "bad" : "plain"} />}
    </span>
  );
}

function Acts({ keyOf: key, now, isOfBefore, onAct }: { readonly keyOf: KnownKey; readonly now: number; readonly isOfBefore: boolean; readonly onAct: (act: KeyAct) => void }): VNode {
  if (standingOf(key, now) !== "in use") return <span class="soft">–</span>;
  // Not `disabled`, which would take the focus from who works by the keyboard.
  const acts = (kind: "limits" | "rotate" | "revoke"): { readonly "aria-disabled": boolean; readonly onClick: () => void } => ({ "aria-disabled": isOfBefore, onClick: () => { if (!isOfBefore) onAct({ kind, key }); } });
  return (
    <span class="acts">
      <button type="button" aria-label={`Limits of ${key.subject}`} {...acts("limits")}>Limits</button>
      <button type="button" aria-label={`Replace the key of ${key.subject}`} {...acts("rotate")}>Replace</button>
      <button type="button" class="danger" aria-label={`Revoke the key of ${key.subject}`} {...acts("revoke")}>Revoke</button>
    </span>
  );
}
