import type { VNode } from "preact";
import { useMemo } from "preact/hooks";

import { hashOf } from "../shell/hash-route.ts";
import type { DecisionFilter, DecisionRow } from "./decision-row.ts";

/** What the list is narrowed to. The choices are what the list has shown. */
export function DecisionFilters({ filter, rows }: { readonly filter: DecisionFilter; readonly rows: readonly DecisionRow[] }): VNode {
  const services = useMemo(() => choices(rows.map(({ service }) => service), filter.service), [rows, filter.service]);
  const tenants = useMemo(() => choices(rows.map(({ tenant }) => tenant), filter.tenant), [rows, filter.tenant]);
  const go = (changed: Partial<DecisionFilter>): void => {
    const terms = Object.fromEntries(Object.entries({ ...filter, ...changed }).filter(([, value]) => value !== ""));
    location.hash = hashOf("decisions", [], terms);
  };
  return (
    <div class="filters" role="group" aria-label="Narrow the list">
      <label>
        Outcome
        <select value={filter.outcome} onChange={({ currentTarget: { value } }) => { go({ outcome: value as DecisionFilter["outcome"] }); }}>
          <option value="">All</option>
          <option value="chosen">Chosen</option>
          <option value="refused">Refused</option>
        </select>
      </label>
      <Choice title="Service" value={filter.service} choices={services} onChoice={(service) => { go({ service }); }} />
      <Choice title="Tenant" value={filter.tenant} choices={tenants} onChoice={(tenant) => { go({ tenant }); }} />
    </div>
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly value: string;
  readonly choices: readonly string[];
  readonly onChoice: (value: string) => void;
}

function Choice({ title, value, choices: all, onChoice }: ChoiceProps): VNode {
  return (
    <label>
      {title}
      <select value={value} onChange={({ currentTarget }) => { onChoice(currentTarget.value); }}>
        <option value="">All</option>
        {all.map((each) => <option key={each} value={each}>{each}</option>)}
      </select>
    </label>
  );
}

function choices(seen: readonly (string | null)[], current: string): readonly string[] {
  return [...new Set([...seen.filter((each) => each !== null), ...(current === "" ? [] : [current])])].sort();
}
