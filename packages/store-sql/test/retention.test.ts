import { readFileSync } from "node:fs";

import { canonicalJson, isCaioError, sha256Hex, toHex, verifyInclusionPath } from "@caio/core";
import type { RetentionCutoffs } from "@caio/traceability";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import type { SqlStores } from "../src/index.ts";
import { databaseKinds, newFile, SqliteTestDatabase, type TestDatabase } from "./support/databases.ts";
import { checkedLog, logAll, secretOf, type Logged } from "./support/kept-log.ts";
import { some } from "./support/records.ts";

const AT = 5_000;

async function opened(database: TestDatabase): Promise<SqlStores> {
  const stores = await database.open();
  onTestFinished(() => stores.close());
  return stores;
}

/** Decisions a second apart, each with an outcome half a second later: `d0` at 0, `d1` at 1000 … */
function decisions(count: number): readonly Logged[] {
  return Array.from({ length: count }, (_, at): readonly Logged[] => [
    { kind: "decision", name: `d${String(at)}`, time: at * 1000, tenant: at % 2 === 0 ? "acme" : "bolt" },
    { kind: "outcome", name: `d${String(at)}`, time: at * 1000 + 500, tenant: at % 2 === 0 ? "acme" : "bolt" },
  ]).flat();
}

async function filled(count: number, database: TestDatabase): Promise<SqlStores> {
  const stores = await opened(database);
  const traces = await checkedLog(stores);
  await traces.appendVersion("policy", null, { version: 1, digest: some("policy") });
  await logAll(stores, traces, decisions(count));
  return stores;
}

describe.each(databaseKinds)("what retention removes in $where", ({ make }) => {
  it("is each part at its own time, and nothing twice", async () => {
    const stores = await filled(8, await make());
    const cutoffs = { openings: 6000, certificates: 4000, decisions: 2000 };
    const report = { openings: 6, certificates: 4, entries: 4, versions: 0 };
    expect(await stores.retention.retain(cutoffs, { at: AT, dryRun: true })).toEqual(report);
    expect(await stores.retention.retain(cutoffs, { at: AT, dryRun: true })).toEqual(report);
    expect(await stores.retention.runs()).toEqual([]);
    expect(await stores.retention.retain(cutoffs, { at: AT })).toEqual(report);
    expect(await stores.retention.retain(cutoffs, { at: AT })).toEqual({ openings: 0, certificates: 0, entries: 0, versions: 0 });
    const traces = await checkedLog(stores);
    for (let at = 0; at < 8; at++) {
      const id = some(`d${String(at)}`);
      expect((await stores.decisionKeys.opening(id)) !== undefined, `opening ${String(at)}`).toBe(at >= 6);
      expect(await traces.certificate(id).then((text) => text !== undefined, (error: unknown) => isCaioError(error, "Expired") && error.details["expired"])).toBe(at >= 4 ? true : at >= 2 ? "certificate" : "entry");
      expect(await traces.trace(id).then((trace) => trace?.outcomes.length, (error: unknown) => isCaioError(error, "Expired"))).toBe(at >= 2 ? 1 : true);
    }
    expect((await traces.find()).map(({ decisionId }) => decisionId)).toEqual([2, 3, 4, 5, 6, 7].map((at) => some(`d${String(at)}`)));
    expect(await stores.retention.runs()).toEqual([
      { at: AT, before: { openings: 6000, certificates: 4000, decisions: 2000, versions: 4000 }, openings: 6, certificates: { count: 4, range: [1, 7] }, entries: { count: 4, range: [1, 4] }, versions: { count: 0, range: null } },
    ]);
  });

  it("leaves a log that is whole at every moment, for who reads it meanwhile", async () => {
    const stores = await filled(400, await make());
    let done = false;
    const removing = stores.retention.retain({ decisions: 390_000 }, { at: AT }).finally(() => { done = true; });
    const reading = async (): Promise<number> => {
      let reads = 0;
      for (; !done; reads++) {
        expect((await stores.traces.read(0, 1000, { certificates: reads % 2 === 0 })).length).toBe(801);
        // A file answers at once, and would leave no turn for the other.
        await new Promise((next) => setImmediate(next));
      }
      return reads;
    };
    const reads = await Promise.all(Array.from({ length: 3 }, reading));
    expect((await removing).entries).toBe(780);
    expect(Math.min(...reads)).toBeGreaterThan(0);
  });

  it("takes with an entry all that is kept beside it, whatever the other times say", async () => {
    const stores = await filled(4, await make());
    expect(await stores.retention.retain({ decisions: 2000, openings: 1000 }, { at: AT })).toEqual({ openings: 2, certificates: 2, entries: 4, versions: 0 });
  });

  it("answers with a proof that the log holds what is gone, which the root of before and of later bears out", async () => {
    const database = await make();
    let stores = await filled(5, database);
    const before = (await checkedLog(stores)).head;
    const [kept] = await stores.traces.read(1, 1);
    const leaf = sha256Hex(Buffer.concat([Buffer.of(0), Buffer.from(kept?.text ?? "")]));
    await stores.retention.retain({ decisions: 3000 }, { at: AT });
    await stores.close();
    stores = await opened(database);
    const traces = await checkedLog(stores);
    expect(traces.head).toEqual(before);
    await logAll(stores, traces, [{ kind: "decision", name: "later", time: 9000 }]);
    const error: unknown = await traces.trace(some("d0")).catch((failure: unknown) => failure);
    if (!isCaioError(error, "Expired")) throw new Error("no answer");
    expect(error.details).toMatchObject({ expired: "entry", log_index: 1, leaf, tree_size: before.size + 1 });
    const proof = (error.details["inclusion_proof"] as readonly string[]).map((hash) => Buffer.from(hash, "hex"));
    expect(verifyInclusionPath(Buffer.from(leaf, "hex"), 1, before.size + 1, proof, traces.head.root)).toBe(true);
    expect(traces.consistencyProof(before.size).length).toBeGreaterThan(0);
    await expect(traces.entryTexts(0, 3)).rejects.toMatchObject({ code: "Expired" });
    expect(await traces.entryTexts(0, 1)).toHaveLength(1);
  });

  it("is nothing of a decision that was logged again lately under the same id", async () => {
    const stores = await filled(3, await make());
    const traces = await checkedLog(stores);
    await logAll(stores, traces, [{ kind: "decision", name: "d0", time: 9000 }]);
    expect(await stores.retention.retain({ decisions: 2500, openings: 2500 }, { at: AT })).toMatchObject({ openings: 2, entries: 4 });
    const again = await checkedLog(stores);
    // The outcome is of that id, so it stays with it.
    expect(await again.trace(some("d0"))).toMatchObject({ now: 9000, outcomes: [] });
    expect((await stores.decisionKeys.opening(some("d0")))?.decisionKey).toBe(secretOf("d0", "key"));
  });

  it("leaves of any log a log: the same head, the same hashes, what is young, and room for more", async () => {
    const event = fc.record({ outcome: fc.boolean(), of: fc.nat(30), jitter: fc.integer({ min: -3000, max: 3000 }), tenant: fc.constantFrom("acme", "bolt", "core") });
    const cut = fc.option(fc.nat(60_000), { nil: undefined });
    const cutoffs = fc.record({ openings: cut, certificates: cut, decisions: cut });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 60 }), fc.array(cutoffs, { minLength: 1, maxLength: 3 }), async (events, runs) => {
        const database = await make();
        let stores = await database.open();
        try {
          const made = loggedOf(events);
          await logAll(stores, await checkedLog(stores), made);
          const whole = await checkedLog(stores);
          const { head } = whole;
          const leaves = made.map((_, index) => toHex(whole.subtreeHash(0, index)));
          for (const run of runs) {
            const [announced, done] = [await stores.retention.retain(run, { at: AT, dryRun: true }), await stores.retention.retain(run, { at: AT })];
            expect(done).toEqual(announced);
            await stores.close();
            stores = await database.open();
          }
          const traces = await checkedLog(stores);
          expect(traces.head).toEqual(head);
          expect(made.map((_, index) => toHex(traces.subtreeHash(0, index)))).toEqual(leaves);
          await requireKept(stores, made, runs);
          await logAll(stores, traces, [{ kind: "decision", name: "last", time: 99_000 }]);
          await checkedLog(stores);
        } finally {
          await stores.close();
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe("what retention removes from a file", () => {
  it("is in no file of the store any more when the run has ended, and what stays is", async () => {
    const file = newFile();
    const stores = await filled(60, new SqliteTestDatabase(file));
    const places = ["key", "disclosed", "learning", "certificate", "entry"] as const;
    const found = (name: string): readonly string[] => places.filter((where) => [file, `${file}-wal`].some((each) => readFileSync(each).includes(secretOf(name, where))));
    expect([found("d3"), found("d29"), found("d30")]).toEqual([places, places, places]);
    await stores.retention.retain({ decisions: 30_000 }, { at: AT });
    for (let at = 0; at < 60; at++) expect([at, found(`d${String(at)}`)]).toEqual([at, at < 30 ? [] : places]);
    await stores.retention.retain({ openings: 40_000 }, { at: AT });
    expect([found("d35"), found("d40")]).toEqual([["certificate", "entry"], places]);
  });
});

/** A log of events: the first of a decision logs it, and those that follow are outcomes of it, or the same decision again. */
function loggedOf(events: readonly { readonly outcome: boolean; readonly of: number; readonly jitter: number; readonly tenant: string }[]): readonly Logged[] {
  const known = new Map<number, string>();
  return events.map(({ outcome, of, jitter, tenant }, at) => {
    const first = !known.has(of);
    if (first) known.set(of, tenant);
    return { kind: outcome && !first ? "outcome" : "decision", name: `d${String(of)}`, time: Math.max(0, at * 1000 + jitter), tenant: known.get(of) ?? tenant };
  });
}

/** Each entry is there or is not, by its time, and so is what is beside it. */
async function requireKept(stores: SqlStores, made: readonly Logged[], runs: readonly RetentionCutoffs[]): Promise<void> {
  const most = (times: readonly (number | undefined)[]): number => Math.max(0, ...times.map((time) => time ?? 0));
  const before = most(runs.map(({ decisions: time }) => time));
  const ofCertificates = most(runs.flatMap(({ decisions: time, certificates }) => [time, certificates]));
  const ofOpenings = most(runs.flatMap(({ decisions: time, certificates, openings }) => [time, certificates, openings]));
  const youngest = (name: string): number => Math.max(...made.filter((each) => each.kind === "decision" && each.name === name).map(({ time }) => time));
  const rows = await stores.traces.read(0, made.length);
  for (const [index, { kind, name, time }] of made.entries()) {
    const gone = time < before && (kind === "decision" || youngest(name) < before);
    expect(rows[index]?.text === null, `entry ${String(index)}`).toBe(gone);
    if (kind === "outcome") continue;
    expect(rows[index]?.certificate !== null, `certificate ${String(index)}`).toBe(time >= ofCertificates);
    expect((await stores.decisionKeys.opening(some(name))) !== undefined, `opening ${name}`).toBe(youngest(name) >= ofOpenings);
  }
}

describe.each(databaseKinds)("a hole in the log in $where", ({ make }) => {
  it.each([
    ["an entry that is gone beside those that were removed", "delete from certificate where log_index = 9; delete from log_entry where log_index = 9"],
    ["what is left of a removed entry is gone", "delete from log_expired where log_index = 3"],
    ["another leaf hash", "update log_expired set leaf = replace(leaf, substr(leaf, 1, 1), 'f') || 'x' where log_index = 3"],
    ["a leaf hash of nothing", `update log_expired set leaf = '${"0".repeat(64)}' where log_index = 3`],
    ["an entry made to look removed", `insert into log_expired select 9, '${"1".repeat(64)}', kind, tenant, decision_id, 1 from log_entry where log_index = 9; delete from certificate where log_index = 9; delete from log_entry where log_index = 9`],
    ["an entry made to look removed, with its right hash, in the place of no other", "update log_expired set log_index = 9 where log_index = 3"],
    ["a removed entry that is there as well", "insert into log_entry select 3, kind, tenant, decision_id, null, 1, '{}', null from log_expired where log_index = 3"],
    ["no record of the run", "delete from retention_run"],
    ["a record of fewer", "update retention_run set entries = entries - 1"],
    ["a record of other places", "update retention_run set first_entry = first_entry - 1"],
  ])("is found: %s", async (_name, sql) => {
    const database = await make();
    const stores = await filled(8, database);
    await stores.retention.retain({ decisions: 3000 }, { at: AT });
    await stores.close();
    await (await database.open()).close();
    await database.tamper(sql);
    await expect(database.open()).rejects.toMatchObject({ code: "IntegrityViolation", details: { reason: "corrupt" } });
  });

  it("that takes another tenant's place in the chain is found when the log is taken up", async () => {
    const database = await make();
    const stores = await filled(8, database);
    await stores.retention.retain({ decisions: 3000 }, { at: AT });
    await stores.close();
    await database.tamper("update log_expired set tenant = 'bolt' where tenant = 'acme'");
    const again = await opened(database);
    await expect(checkedLog(again)).rejects.toMatchObject({ code: "IntegrityViolation" });
  });
});

describe("a certificate that was never kept", () => {
  it("is none that retention removed", async () => {
    const stores = await filled(3, new SqliteTestDatabase(newFile()));
    const traces = await checkedLog(stores);
    await stores.retention.retain({ certificates: 2000 }, { at: AT });
    const { logIndex } = await traces.appendOutcome("acme", { decisionId: some("x"), attempt: 1, service: "s", model: null, endedAt: 1, status: "success", latencyUs: 1, rewardMicros: 1 });
    expect(logIndex).toBe(7);
    expect(await traces.certificate(some("x"))).toBeUndefined();
    expect(canonicalJson({ text: await traces.certificate(some("d2")) })).toContain(secretOf("d2", "certificate"));
  });
});
