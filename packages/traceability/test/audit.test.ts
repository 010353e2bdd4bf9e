import { fromHex, type Digest } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  auditLog,
  auditLogSegment,
  compareCheckpoints,
  entryHash,
  entryText,
  InMemoryTraceStore,
  LogAudit,
  MerkleLog,
  outcomeBody,
  TraceabilitySystem,
  type AuditFinding,
  type Checkpoint,
  type LogRecord,
  type TraceBody,
} from "../src/index.ts";
import { decision, outcome, some } from "./support/records.ts";

const acme = "acme";

/** Entries linked as a writer links them. */
function linked(records: readonly LogRecord[]): string[] {
  const heads = new Map<string | null, Digest>();
  return records.map((record) => {
    const text = entryText({ ...record, prev: heads.get(record.tenant) ?? null });
    heads.set(record.tenant, entryHash(text));
    return text;
  });
}

const version = (kind: "registry" | "policy" | "history", number: number, parent: number | null = number === 1 ? null : number - 1): LogRecord => ({
  kind,
  tenant: kind === "registry" ? acme : null,
  body: { version: number, digest: some([kind, number]), parent: parent === null ? null : some([kind, parent]) },
});

const named = (kind: string, number: number): TraceBody["inputs"]["registry"] => ({ version: number, digest: some([kind, number]) });

function decided(name: string, versions: { registry?: number; policy?: number; history?: number } = {}): LogRecord {
  const { registry = 1, policy = 1, history = 1 } = versions;
  const inputs = { registry: named("registry", registry), policy: named("policy", policy), history: named("history", history) };
  return { kind: "decision", tenant: acme, body: decision(name, { inputs }) };
}

const ended = (name: string, service = "ident"): LogRecord => ({ kind: "outcome", tenant: acme, body: outcomeBody(outcome(name, { service })) });

const start = [version("registry", 1), version("policy", 1), version("history", 1)];

function kinds(records: readonly LogRecord[]): [string, number, number | null][] {
  return shown(auditLogSegment({ checkpoints: [], entries: linked(records) }));
}

function shown(findings: readonly AuditFinding[]): [string, number, number | null][] {
  return findings.map(({ kind, logIndex, related }) => [kind, logIndex, related]);
}

function checkpointOf(entries: readonly string[], size = entries.length, origin = "log"): Checkpoint {
  const tree = new MerkleLog();
  tree.appendAll(entries);
  return { origin, ...tree.head(size), extensions: [] };
}

describe("auditing a log", () => {
  it("finds nothing in what the system writes", async () => {
    const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
    for (const number of [1, 2, 3]) {
      await traces.appendVersion("registry", acme, named("registry", number));
      await traces.appendVersion("policy", null, named("policy", 1));
      await traces.appendVersion("history", null, named("history", number));
      const record = decided(`d${String(number)}`, { registry: number, history: number });
      if (record.kind === "decision") await traces.appendDecision(acme, record.body);
      await traces.appendOutcome(acme, outcome(`d${String(number)}`));
    }
    const heads = Array.from({ length: traces.head.size + 1 }, (_, size): Checkpoint => ({ origin: "log", ...traces.headAt(size), extensions: [] }));
    expect(await auditLog(traces, heads)).toEqual([]);
  });

  it("finds a decision on a stale snapshot, for each of the three inputs", () => {
    expect(kinds([...start, version("registry", 2), decided("a")])).toEqual([["stale_input", 4, 3]]);
    expect(kinds([...start, version("policy", 2), decided("a")])).toEqual([["stale_input", 4, 3]]);
    expect(kinds([...start, version("history", 2), version("history", 3), decided("a")])).toEqual([["stale_input", 5, 3]]);
    expect(kinds([...start, decided("a"), version("policy", 2), decided("b", { policy: 2 })])).toEqual([]);
  });

  it("bears as many entries between a version and a decision under way as it is told", () => {
    const entries = linked([...start, version("policy", 2), decided("a"), decided("b")]);
    const found = (slack: number): AuditFinding[] => [...auditLogSegment({ checkpoints: [], entries }, new LogAudit({ slack }))];
    expect([0, 1, 2].map((slack) => found(slack).length)).toEqual([2, 1, 0]);
  });

  it("finds a decision whose input was logged after it, never, or with another digest", () => {
    expect(kinds([...start.slice(1), decided("a"), version("registry", 1)])).toEqual([["input_not_logged", 2, null]]);
    expect(kinds([...start, decided("a", { history: 7 })])).toEqual([["input_not_logged", 3, null]]);
    const other: LogRecord = { ...version("policy", 1), kind: "policy", tenant: null, body: { version: 1, digest: some("other"), parent: null } };
    expect(kinds([start[0] ?? other, other, start[2] ?? other, decided("a")])).toEqual([["input_not_logged", 3, null]]);
  });

  it("finds a replayed decision", () => {
    expect(kinds([...start, decided("a"), decided("b"), decided("a")])).toEqual([["replayed_decision", 5, 3]]);
  });

  it("finds an outcome before its decision, and one of a service that was not chosen", () => {
    expect(kinds([...start, ended("a"), decided("a"), ended("a"), ended("a", "mail")])).toEqual([
      ["outcome_without_decision", 3, null],
      ["outcome_mismatch", 6, 4],
    ]);
  });

  it("finds a version logged again, and one whose parent is not the one before", () => {
    expect(kinds([...start, version("policy", 1)])).toEqual([["version_conflict", 3, 1]]);
    expect(kinds([...start, version("policy", 3, 2)])).toEqual([["broken_version", 3, 1]]);
  });

  it("finds every entry that was removed, swapped or changed", () => {
    const entries = linked([...start, decided("a"), ended("a"), decided("b"), ended("b")]);
    const last = checkpointOf(entries);
    const found = (changed: readonly string[]): string[] => auditLogSegment({ checkpoints: [last], entries: changed }).map(({ kind }) => kind);
    expect(found(entries)).toEqual([]);
    fc.assert(
      fc.property(fc.nat(entries.length - 1), (at) => {
        const removed = entries.filter((_, index) => index !== at);
        expect(found(removed)).toContain("missing_entries");
        const changed = entries.map((text, index) => (index === at ? text.replace(/"prev":[^,}]*/, `"prev":"${some("x")}"`) : text));
        expect(found(changed)).toEqual(expect.arrayContaining(["fork", "broken_link"]));
        const swapped = entries.toSpliced(at, 1).toSpliced((at + 1) % entries.length, 0, entries[at] ?? "");
        expect(found(swapped)).toContain("fork");
      }),
    );
    expect(found(entries.with(3, "{}"))).toContain("unreadable_entry");
  });

  it("finds a fork: two checkpoints that are not of one log", () => {
    const entries = linked([...start, decided("a"), decided("b")]);
    const forked = linked([...start, decided("a"), decided("c")]);
    const both = [checkpointOf(entries), checkpointOf(forked)];
    expect(shown(auditLogSegment({ checkpoints: both, entries }))).toEqual([["fork", 5, null]]);
    expect(shown(auditLogSegment({ checkpoints: [checkpointOf(entries), checkpointOf(entries, 2)], entries }))).toEqual([]);
    expect(shown(auditLogSegment({ checkpoints: [checkpointOf(entries), checkpointOf(entries, 5, "other")], entries }))).toEqual([["foreign_checkpoint", 5, null]]);
  });

  it("goes on where it ended", () => {
    const entries = linked([...start, decided("a"), version("policy", 2), decided("b"), decided("a", { policy: 2 })]);
    for (let cut = 0; cut <= entries.length; cut++) {
      const audit = new LogAudit();
      const first = auditLogSegment({ checkpoints: [checkpointOf(entries, cut)], entries: entries.slice(0, cut) }, audit);
      const second = auditLogSegment({ checkpoints: [checkpointOf(entries)], entries: entries.slice(cut) }, audit);
      expect(shown([...first, ...second])).toEqual([["stale_input", 5, 4], ["replayed_decision", 6, 3]]);
    }
  });
});

describe("compareCheckpoints", () => {
  const entries = ["a", "b", "c", "d", "e"];
  const tree = new MerkleLog();
  tree.appendAll(entries);

  it("takes every pair of one log, in any order", () => {
    for (let first = 0; first <= 5; first++) {
      for (let second = first; second <= 5; second++) {
        const [older, newer] = [checkpointOf(entries, first), checkpointOf(entries, second)];
        expect(compareCheckpoints(older, newer, tree.consistencyProof(first, second))).toBeUndefined();
        expect(compareCheckpoints(newer, older, tree.consistencyProof(first, second))).toBeUndefined();
      }
    }
  });

  it("finds a fork and another log", () => {
    const other = checkpointOf(["a", "b", "X", "d", "e"]);
    expect(compareCheckpoints(checkpointOf(entries), other, [])).toMatchObject({ kind: "fork", logIndex: 5 });
    expect(compareCheckpoints(checkpointOf(entries, 3), other, tree.consistencyProof(3, 5))).toMatchObject({ kind: "fork", logIndex: 5, related: 3 });
    const empty = { ...checkpointOf([], 0), root: fromHex(some("x")) };
    expect(compareCheckpoints(empty, other, [])).toMatchObject({ kind: "fork" });
    expect(compareCheckpoints(checkpointOf(entries), checkpointOf(entries, 5, "other"), [])).toMatchObject({ kind: "foreign_checkpoint" });
  });
});
