import { copyFile, readdir, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { toHex } from "@caio/core";
import { installedPostgres, sharedPostgres } from "@caio/fakes";
import { openPostgresStores, openSqlStores, verifyArchive, type SqlStores } from "@caio/store-sql";
import { TraceabilitySystem } from "@caio/traceability";
import { describe, expect, it } from "vitest";

import { archiveInFile } from "../src/store/archive-file.ts";
import { storeOf } from "./support/kept-store.ts";
import { packed } from "./support/killed-command.ts";
import { packedCommand } from "./support/packed-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DECISIONS = 2200;
const KILLS = 6;
const seed = Math.floor(Math.random() * 0x7fff_ffff);

const installed = installedPostgres();
if ("missing" in installed) console.log(`Not run: restores into PostgreSQL that are killed. ${installed.missing}`);

/** Moments of a run that takes so long, evenly spread, each moved a little: so that some fall into every part of it. */
function moments(tookMs: number): readonly number[] {
  let state = seed;
  return Array.from({ length: KILLS }, (_, at) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.round((tookMs * (at + (state % 1000) / 1000)) / KILLS);
  });
}

/** Size and root of a store's log, once all of it has been checked. */
async function headOf(stores: SqlStores): Promise<string> {
  try {
    const traces = await TraceabilitySystem.open(stores.traces);
    expect(await traces.verify()).toEqual({ holds: true });
    return `${String(traces.head.size)} ${toHex(traces.head.root)}`;
  } finally {
    await stores.close();
  }
}

describe(`commands that are killed anywhere, seed ${String(seed)}`, () => {
  let [folder, run, store, head] = ["", "", "", ""];
  it("backup leaves no copy or a whole one, and the store as it was", async () => {
    ({ folder, run, store, head } = await begun());
    const whole = join(folder, "whole.backup");
    const { tookMs } = await packed(run, ["backup", "--store", store, "--out", whole]);
    const kept = (await verifyArchive(archiveInFile(whole))).tables;
    let left = 0;
    for (const [at, killMs] of moments(tookMs).entries()) {
      const out = join(folder, `${String(at)}.backup`);
      await packed(run, ["backup", "--store", store, "--out", out], { killMs });
      if (existsSync(out)) {
        left += 1;
        expect((await verifyArchive(archiveInFile(out))).tables).toEqual(kept);
      } else expect((await packed(run, ["backup", "--store", store, "--out", out])).code).toBe(0);
      expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
      expect(await headOf(await openSqlStores({ file: store })), `kill at ${String(killMs)} ms`).toBe(head);
      await rm(out);
    }
    console.log(`backup: ${String(left)} of ${String(KILLS)} had ended`);
  }, 300_000);

  it("restore leaves nothing or all of it, and the next one takes its place", async () => {
    ({ folder, run, store, head } = await begun());
    const archive = join(folder, "whole.backup");
    expect((await packed(run, ["backup", "--store", store, "--out", archive])).code).toBe(0);
    const into = (file: string): readonly string[] => ["restore", "--in", archive, "--store", file];
    const { tookMs } = await packed(run, into(join(folder, "first.db")));
    for (const [at, killMs] of moments(tookMs).entries()) {
      const file = join(folder, `${String(at)}.db`);
      await packed(run, into(file), { killMs });
      if (!existsSync(file)) {
        const again = await packed(run, into(file));
        expect([killMs, again.code, again.err]).toEqual([killMs, 0, ""]);
      }
      expect(await headOf(await openSqlStores({ file })), `kill at ${String(killMs)} ms`).toBe(head);
      expect((await readdir(folder)).filter((name) => name.startsWith(`${String(at)}.db`))).toEqual([`${String(at)}.db`]);
      await rm(file);
    }
  }, 300_000);

  it.skipIf("missing" in installed)("restore into PostgreSQL leaves nothing or all of it", async () => {
    ({ folder, run, store, head } = await begun());
    const server = await sharedPostgres();
    const environment = { DB: server.url() };
    const archive = join(folder, "whole.backup");
    expect((await packed(run, ["backup", "--store", store, "--out", archive])).code).toBe(0);
    const into = (schema: string): readonly string[] => ["restore", "--in", archive, "--postgres-env", "DB", "--schema", schema, "--instance", "a"];
    const { tookMs, code, err } = await packed(run, into("killed"), { environment });
    expect([code, err]).toEqual([0, ""]);
    for (const [at, killMs] of moments(tookMs).entries()) {
      const schema = `killed${String(at)}`;
      const first = await packed(run, into(schema), { environment, killMs });
      const second = await packed(run, into(schema), { environment });
      // It ended before it was killed, perhaps without saying so; or nothing of it is there.
      expect([killMs, second.code === 0 || second.err.includes("there is something already")]).toEqual([killMs, true]);
      if (first.code === 0) expect(second.code).toBe(2);
      expect(await headOf(await openPostgresStores({ database: server.url(), schema, instance: "a" })), `kill at ${String(killMs)} ms`).toBe(head);
    }
  }, 300_000);

  it("retain is taken up by the next run, and nothing that it removed is missing in the records", async () => {
    ({ folder, run, store, head } = await begun());
    const retain = (file: string): readonly string[] => ["store", "retain", "--store", file, "--before", "1970-01-01T00:33:20Z", "--json"];
    const first = join(folder, "first.db");
    await copyFile(store, first);
    const { tookMs, out } = await packed(run, retain(first));
    expect(JSON.parse(out)).toMatchObject({ openings: 1999, certificates: 1999, entries: 1999 });
    let halves = 0;
    for (const [at, killMs] of moments(tookMs).entries()) {
      const file = join(folder, `${String(at)}.db`);
      await copyFile(store, file);
      await packed(run, retain(file), { killMs });
      expect(await headOf(await openSqlStores({ file })), `kill at ${String(killMs)} ms`).toBe(head);
      const rest = JSON.parse((await packed(run, retain(file))).out) as { readonly entries: number };
      if (rest.entries > 0 && rest.entries < 1999) halves += 1;
      const stores = await openSqlStores({ file });
      const runs = await stores.retention.runs();
      expect(runs.reduce((sum, { entries }) => sum + entries.count, 0)).toBe(1999);
      expect(runs.reduce((sum, { certificates }) => sum + certificates.count, 0)).toBe(1999);
      expect(await headOf(stores)).toBe(head);
      await rm(file);
    }
    console.log(`retain: ${String(halves)} of ${String(KILLS)} were killed between two entries`);
  }, 300_000);

  it("a disk that is full leaves nothing of a copy, and nothing of what was to be restored", async () => {
    ({ folder, run, store, head } = await begun());
    const archive = join(folder, "whole.backup");
    expect((await packed(run, ["backup", "--store", store, "--out", archive])).code).toBe(0);
    const before = (await readdir(folder)).sort();
    for (const maxBlocks of [8, 2000, 20_000]) {
      const copied = await packed(run, ["backup", "--store", store, "--out", join(folder, "full.backup")], { maxBlocks });
      expect([maxBlocks, copied.code, copied.err]).toEqual([maxBlocks, 2, expect.stringContaining("ServiceUnavailable")]);
      const restored = await packed(run, ["restore", "--in", archive, "--store", join(folder, "full.db")], { maxBlocks });
      expect([maxBlocks, restored.code, restored.err]).toEqual([maxBlocks, 2, expect.stringContaining("ServiceUnavailable")]);
      expect((await readdir(folder)).sort()).toEqual(before);
    }
    expect(await headOf(await openSqlStores({ file: store }))).toBe(head);
  }, 120_000);
});

/** The packed command, and a store for it. */
async function begun(): Promise<{ readonly folder: string; readonly run: string; readonly store: string; readonly head: string }> {
  const folder = await temporaryFolder({});
  const store = join(folder, "caio.db");
  await storeOf(store, DECISIONS);
  return { folder, run: (await packedCommand()).run, store, head: await headOf(await openSqlStores({ file: store })) };
}
