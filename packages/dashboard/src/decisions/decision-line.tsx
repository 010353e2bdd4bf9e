import type { VNode } from "preact";

import { Badge } from "../parts/badge.tsx";
import { duration, money, shortTime } from "../parts/format.ts";
import { hashOf } from "../shell/hash-route.ts";
import { endingOf, type DecisionRow } from "./decision-row.ts";

interface DecisionLineProps {
  readonly row: DecisionRow;
  readonly currency: string;
  /** Its place in the table, from 1, the head counted. */
  readonly index: number;
  /** The one row that Tab leads to. */
  readonly isActive: boolean;
  readonly onFocus: () => void;
}

/** One decision in the list. */
export function DecisionLine({ row, currency, index, isActive, onFocus }: DecisionLineProps): VNode {
  const { id, at, tenant, outcome, code, service, model, kind, promised, measured } = row;
  const { tone, word } = endingOf(row);
  const title = outcome === "refused" ? (code ?? "refused") : kind === "plan" && service === null ? "plan" : (service ?? "");
  return (
    <div class="decisions-row" role="row" aria-rowindex={index} data-id={id}>
      <span role="cell" class="what">
        <a href={hashOf("decisions", [id])} tabIndex={isActive ? 0 : -1} onFocus={onFocus}>{title}</a>
        {model === null ? undefined : <span class="soft">{` / ${model}`}</span>}
      </span>
      <span role="cell" class="when">{shortTime(at, Date.now())}</span>
      <span role="cell" class="tenant">{tenant}</span>
      <span role="cell" class="ended"><Badge tone={tone}>{word}</Badge></span>
      <span role="cell" class="number" data-label="Latency">{measured === null ? "–" : duration(measured.latency_us)}</span>
      <span role="cell" class="number soft" data-label="Promised">{promised?.latency_us === null || promised === null ? "–" : `≤ ${duration(promised.latency_us)}`}</span>
      <span role="cell" class="number" data-label="Cost">{measured?.cost_micros === null || measured === null ? "–" : money(measured.cost_micros, currency)}</span>
    </div>
  );
}
