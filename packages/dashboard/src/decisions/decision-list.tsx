import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { DecisionLine } from "./decision-line.tsx";
import type { DecisionRow } from "./decision-row.ts";
import { rowByKey, windowOf } from "./window-of.ts";

interface DecisionListProps {
  readonly rows: readonly DecisionRow[];
  readonly currency: string;
  readonly hasOlder: boolean;
  /** The end came in sight. */
  readonly onEnd: () => void;
}

/** Pixels: a row, and a row as a card on a narrow page. They are those of style/decisions.css. */
const ROW = 38;
const CARD = 92;
const NARROW = "(max-width: 760px)";
const COLUMNS = ["Decision", "When", "Tenant", "Ended", "Latency", "Promised", "Cost"];

/** Thousands of rows of which only those in sight are drawn. Arrow keys go from row to row; what comes in above moves nothing. */
export function DecisionList({ rows, currency, hasOlder, onEnd }: DecisionListProps): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 480 });
  const [at, setAt] = useState<{ readonly id: string; readonly isByKey: boolean }>();
  const rowHeight = useRowHeight();
  const { from, to, before, whole } = windowOf({ count: rows.length, rowHeight, ...view });
  useSteady(frame, rows, rowHeight);
  useEffect(() => { if (hasOlder && to >= rows.length - 20) onEnd(); }, [to, rows.length, hasOlder]);
  useEffect(() => {
    const { current } = frame;
    if (current === null) return undefined;
    const fit = new ResizeObserver(() => { setView({ top: current.scrollTop, height: current.clientHeight }); });
    fit.observe(current);
    return () => { fit.disconnect(); };
  }, []);
  // Before the next key, which would otherwise find the row gone that had the focus.
  useLayoutEffect(() => { if (at?.isByKey === true) frame.current?.querySelector<HTMLElement>(`[data-id="${at.id}"] a`)?.focus({ preventScroll: true }); }, [at]);
  const active = Math.max(0, rows.findIndex(({ id }) => id === at?.id));
  const onKey = (event: KeyboardEvent): void => {
    const { current } = frame;
    const next = rowByKey(event.key, { at: active, count: rows.length, page: Math.floor(view.height / rowHeight) - 1 });
    const row = next === undefined ? undefined : rows[next];
    if (row === undefined || next === undefined || current === null) return;
    event.preventDefault();
    setAt({ id: row.id, isByKey: true });
    const [top, low] = [next * rowHeight, (next + 1) * rowHeight - current.clientHeight];
    if (current.scrollTop > top) current.scrollTop = top;
    else if (current.scrollTop < low) current.scrollTop = low;
    setView({ top: current.scrollTop, height: current.clientHeight });
  };
  return (
    <div class="decisions" role="table" aria-label="Decisions, the newest first. Arrow keys go from one to the next." aria-rowcount={rows.length + 1}>
      <div class="decisions-head" role="row">{COLUMNS.map((title) => <span key={title} role="columnheader">{title}</span>)}</div>
      <div ref={frame} class="decisions-frame" role="rowgroup" onKeyDown={onKey} onScroll={({ currentTarget: { scrollTop, clientHeight } }) => { setView({ top: scrollTop, height: clientHeight }); }}>
        <div class="decisions-whole" role="presentation" style={{ height: `${String(whole)}px` }}>
          <div role="presentation" style={{ transform: `translateY(${String(before)}px)` }}>
            {rows.slice(from, to).map((row, offset) => (
              <DecisionLine key={row.id} row={row} currency={currency} index={from + offset + 2} isActive={from + offset === active} onFocus={() => { setAt({ id: row.id, isByKey: false }); }} />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function useRowHeight(): number {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const follow = (): void => { setNarrow(query.matches); };
    query.addEventListener("change", follow);
    return () => { query.removeEventListener("change", follow); };
  }, []);
  return isNarrow ? CARD : ROW;
}

/** Whoever has scrolled down keeps the row that is looked at, however many come in above. */
function useSteady(frame: { readonly current: HTMLDivElement | null }, rows: readonly DecisionRow[], rowHeight: number): void {
  const first = useRef<string>();
  useLayoutEffect(() => {
    const { current } = frame;
    const was = first.current;
    first.current = rows[0]?.id;
    if (current === null || was === undefined || was === first.current || current.scrollTop < rowHeight) return;
    const moved = rows.findIndex(({ id }) => id === was);
    if (moved > 0) current.scrollTop += moved * rowHeight;
  }, [rows]);
}
