import { describe, expect, it } from "vitest";

import { compareInstances, entryText, type InstanceFinding, type LogRecord, type Staleness } from "../src/index.ts";
import { decision, some } from "./support/records.ts";

const START = 1_764_000_000_000;

/** A decision some time after the start, on versions of registry and policy. */
interface Made {
  readonly at: number;
  readonly registry?: number;
  readonly policy?: number;
  readonly stale?: Staleness;
  readonly tenant?: string;
}

function log(origin: string, ...made: readonly Made[]): { readonly origin: string; readonly entries: readonly string[] } {
  const entries = made.map(({ at, registry = 1, policy = 1, stale, tenant = "acme" }, index): LogRecord => {
    const named = (version: number): { version: number; digest: string } => ({ version, digest: some(version) });
    const inputs = { registry: { ...named(registry), ...(stale && { stale }) }, policy: named(policy), history: named(1) };
    return { kind: "decision", tenant, body: { ...decision(`${origin} ${String(index)}`, { inputs }), now: START + at } };
  });
  return { origin, entries: entries.map((record) => entryText({ ...record, prev: null })) };
}

function found(...logs: readonly ReturnType<typeof log>[]): readonly (readonly [string, number, string])[] {
  return compareInstances(logs, { boundMs: 5000 }).map(({ origin, logIndex, shownBy }: InstanceFinding) => [origin, logIndex, shownBy]);
}

describe("the logs of several instances", () => {
  it("show a decision on what another instance had left behind longer than the bound and the skew of clocks before", () => {
    expect(found(log("a", { at: 0, registry: 2 }), log("b", { at: 6000 }, { at: 6001 }))).toEqual([["b", 1, "a"]]);
    expect(found(log("a", { at: 0, policy: 2 }), log("b", { at: 9000 }), log("c", { at: 9000, policy: 2 }))).toEqual([["b", 0, "a"]]);
  });

  it("find nothing in one that says so, that is another tenant's, or that nobody was ahead of", () => {
    const stale = { confirmedMsAgo: 9000, boundMs: 5000 };
    expect(found(log("a", { at: 0, registry: 2 }), log("b", { at: 9000, stale }))).toEqual([]);
    expect(found(log("a", { at: 0, registry: 2, tenant: "umbra" }), log("b", { at: 9000 }))).toEqual([]);
    expect(found(log("a", { at: 0 }, { at: 10_000, registry: 2 }), log("b", { at: 9000 }))).toEqual([]);
    expect(found(log("a", { at: 0, registry: 2 }, { at: 9000 }))).toEqual([]);
  });

  it("show a version that has another content elsewhere, once for each log", () => {
    const other = (text: string): string => text.replaceAll(some(2), some("another"));
    const b = log("b", { at: 0, policy: 2 }, { at: 1, policy: 2 }, { at: 2, policy: 3 });
    const findings = compareInstances([log("a", { at: 0, policy: 2 }, { at: 1, policy: 3 }), { ...b, entries: b.entries.map(other) }], { boundMs: 5000 });
    expect(findings).toMatchObject([{ kind: "version_conflict", origin: "b", shownBy: "a", logIndex: 0, related: 0 }]);
  });

  it("are read past what is no entry", () => {
    const b = log("b", { at: 9000 });
    expect(found(log("a", { at: 0, registry: 2 }), { ...b, entries: ["{", ...b.entries] })).toEqual([["b", 1, "a"]]);
  });
});
