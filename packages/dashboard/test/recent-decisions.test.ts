import { describe, expect, it } from "vitest";

import { figuresOf, ratesOf } from "../src/decisions/decision-rates.ts";
import { decisionEvent, endingOf, isAsked, NO_FILTER, pageAddress, rowOfEvent, type DecisionRow } from "../src/decisions/decision-row.ts";
import { MOST_KEPT, RecentDecisions } from "../src/decisions/recent-decisions.ts";
import { rowByKey, windowOf } from "../src/decisions/window-of.ts";

function row(id: string, at: number, parts: Partial<DecisionRow> = {}): DecisionRow {
  return { id, at, tenant: "acme", kind: "decision", outcome: "chosen", code: null, service: "atlas", model: null, margin_pico: null, explored: false, candidates: 2, admitted: 1, promised: null, measured: null, ...parts };
}

const measured = (latencyUs: number, kept = true): DecisionRow["measured"] => ({ status: "success", attempts: 1, latency_us: latencyUs, cost_micros: 5, kept: { latency: kept, cost: null } });

describe("the decisions that a page knows", () => {
  it("are the newest first and each once, however they come", () => {
    const known = RecentDecisions.none.with([row("b", 2), row("a", 1)]).with([row("d", 4), row("b", 2), row("c", 3)]);
    expect(known.rows.map(({ id }) => id)).toEqual(["d", "c", "b", "a"]);
    expect(known.with([row("a", 1, { heard: true })])).toBe(known);
  });

  it("take what was read in the place of what was only heard", () => {
    const heard = RecentDecisions.none.with([rowOfEvent(decisionEvent.parse({ kind: "decision", at: 5, decision_id: "a", tenant: "acme", outcome: "chosen", service: "atlas", model: null }))]);
    expect(heard.isBehind).toBe(true);
    const read = heard.with([row("a", 5, { measured: measured(700) })]);
    expect(read.rows).toEqual([row("a", 5, { measured: measured(700) })]);
    expect(read.isBehind).toBe(false);
    expect(read.with([row("a", 5, { heard: true })]).rows[0]?.measured?.latency_us).toBe(700);
  });

  it("are bounded, and count what was let go", () => {
    const many = Array.from({ length: MOST_KEPT + 500 }, (_, at) => row(`r${String(at)}`, at));
    const known = RecentDecisions.none.with(many);
    expect([known.rows.length, known.dropped, known.rows[0]?.id]).toEqual([MOST_KEPT, 500, `r${String(MOST_KEPT + 499)}`]);
    expect(known.with([row("next", MOST_KEPT + 600)]).dropped).toBe(501);
  });

  it("are asked for by what the list is narrowed to, at the gateway and in the feed alike", () => {
    const filter = { ...NO_FILTER, outcome: "refused", service: "" } as const;
    expect(pageAddress(filter, 200, 41)).toBe("api/v1/decisions?outcome=refused&limit=200&before=41");
    expect([row("a", 1), row("b", 2, { outcome: "refused" })].map((each) => isAsked(each, filter))).toEqual([false, true]);
  });

  it("end as they were measured", () => {
    const word = (parts: Partial<DecisionRow>): string => endingOf(row("a", 1, parts)).word;
    expect([word({ measured: measured(1) }), word({ measured: measured(1, false) }), word({}), word({ heard: true }), word({ outcome: "refused" }), word({ kind: "plan" })])
      .toEqual(["kept", "beyond promise", "decided", "under way", "refused", "plan"]);
  });
});

describe("decisions over time", () => {
  it("lose none, in sixty intervals at most", () => {
    const rows = Array.from({ length: 5000 }, (_, at) => row(`r${String(at)}`, (5000 - at) * 1700, { outcome: at % 7 === 0 ? "refused" : "chosen", measured: at % 7 === 0 ? null : measured(at, at % 5 !== 0) }));
    const { times, chosen, refused, kept, broken, width } = ratesOf(rows);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    expect(times.length).toBeLessThanOrEqual(61);
    expect(times.every((time, at) => at === 0 || time - (times[at - 1] ?? 0) === width)).toBe(true);
    expect(sum(chosen) + sum(refused)).toBe(5000);
    const figures = figuresOf(rows);
    expect([sum(refused), sum(kept), sum(kept) + sum(broken)]).toEqual([figures.refused, figures.kept, figures.ended]);
    expect(ratesOf([])).toMatchObject({ times: [], chosen: [] });
  });
});

describe("a long list", () => {
  it("draws what is in sight and little more, at any place", () => {
    for (const top of [0, 379, 37_000, 379_900]) {
      const { from, to, before, whole } = windowOf({ count: 10_000, rowHeight: 38, top, height: 600 });
      expect(whole).toBe(380_000);
      expect(before).toBe(from * 38);
      expect(from * 38).toBeLessThanOrEqual(top);
      expect(to * 38).toBeGreaterThanOrEqual(Math.min(whole, top + 600));
      expect(to - from).toBeLessThan(36);
    }
    expect(windowOf({ count: 3, rowHeight: 38, top: 9000, height: 600 })).toMatchObject({ from: 3, to: 3 });
  });

  it("is gone through by keys, from end to end and not beyond", () => {
    const by = (key: string, at: number): number | undefined => rowByKey(key, { at, count: 100, page: 10 });
    expect([by("ArrowDown", 0), by("ArrowUp", 0), by("PageDown", 95), by("Home", 50), by("End", 3), by("a", 3)]).toEqual([1, 0, 99, 0, 99, undefined]);
    expect(rowByKey("End", { at: 0, count: 0, page: 1 })).toBeUndefined();
  });
});
