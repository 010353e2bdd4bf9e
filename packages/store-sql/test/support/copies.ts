import { readdirSync } from "node:fs";
import { dirname } from "node:path";

import { isCaioError, sha256Hex, toHex } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { verifyArchive } from "../../src/index.ts";
import { archived, forged, restored, sourceOf } from "./archives.ts";
import { databaseKinds, sqlite, SqliteTestDatabase, type DatabaseKind } from "./databases.ts";
import { fill, fillings, someOfAll } from "./filled-store.ts";
import { checkedLog, logAll } from "./kept-log.ts";

const ways = databaseKinds.flatMap((from) => databaseKinds.map((to) => ({ from, to, way: `${from.where} to ${to.where}` })));

/** Copies of any store, from each kind of database to each, are copied again without a difference. */
export function copiesGoAnywhere(runs: number): void {
  describe.each(ways)("a copy from $way", ({ from, to }) => {
    it("gives the same copy again, and stores that go on", async () => {
      await fc.assert(
        fc.asyncProperty(fillings, async (filling) => {
          const [first, second] = [await from.make(), await to.make()];
          const stores = await first.open();
          try {
            const traces = await fill(stores, filling);
            const bytes = await archived(stores);
            const summary = await restored(bytes, second);
            expect(summary.header.logs[0]).toMatchObject({ size: traces.head.size, root: toHex(traces.head.root) });
            const again = await second.open();
            try {
              // What differs is whose log it is.
              expect(named(await archived(again))).toEqual(named(bytes));
              const taken = await checkedLog(again);
              expect(taken.head).toEqual(traces.head);
              await logAll(again, taken, [{ kind: "decision", name: "later", time: 99_000 }]);
              const latest = await again.history.latest();
              await again.history.append({ version: latest.version + 1, leaves: [] });
            } finally {
              await again.close();
            }
          } finally {
            await stores.close();
          }
        }),
        { numRuns: runs, examples: [[someOfAll]] },
      );
    });
  });
}

/** An archive in which every instance has the same name. */
function named(bytes: Buffer): string {
  const lines = bytes.toString().split("\n").slice(0, -2);
  const holds = lines.indexOf('{"log":null,"table":"budget_hold"}');
  return lines.map((line, at) => (at === 0 ? line.replace(/"instance":"[a-z]*"/g, '"instance":"x"') : holds >= 0 && at > holds && at <= holds + 3 ? line.replace(/,"(?:a|)",/, ',"x",') : line)).join("\n");
}

/** Archives of which bytes are missing or others, every so many bytes, are found damaged. */
export function archivesShowDamage(step: number): void {
  describe("an archive", () => {
    it("that is cut off anywhere, or of which any byte is another, is found damaged", async () => {
      const stores = await (await sqlite.make()).open();
      await fill(stores, { ...someOfAll, services: 1, policies: 1, versions: 2, decisions: 4, retained: 0 });
      const bytes = await archived(stores);
      await stores.close();
      await verifyArchive(sourceOf(bytes));
      for (let at = 0; at < bytes.length; at += step) {
        const cut = verifyArchive(sourceOf(bytes.subarray(0, at)));
        await expect(cut, `cut at ${String(at)}`).rejects.toMatchObject({ code: "IntegrityViolation", details: { reason: "archive" } });
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << at % 8);
        await expect(verifyArchive(sourceOf(flipped)), `byte ${String(at)}`).rejects.toMatchObject({ code: "IntegrityViolation", details: { reason: "archive" } });
      }
      for (const more of ["\n", " ", "[1]\n", "{}\n"]) await expect(verifyArchive(sourceOf(Buffer.concat([bytes, Buffer.from(more)])))).rejects.toMatchObject({ details: { reason: "archive" } });
    });
  });
}

/** Archives that fit their own hash and not the rules of a store are refused, and nothing is left of them. */
export function restoresRefuseForgeries(kinds: readonly DatabaseKind[]): void {
  describe.each(kinds)("restoring into $where", ({ make }) => {
    it("of what fits its own hash and not the rules of a store is refused, and nothing is left", async () => {
      const bytes = await whole();
      const hash = (text: string): string => sha256Hex(Buffer.from(text));
      const lineOf = (lines: readonly string[], table: string): number => lines.findLastIndex((line) => line.includes(`"table":"${table}"`)) + 1;
      const without = (table: string, by = 0) => (lines: readonly string[]): readonly string[] => lines.toSpliced(lineOf(lines, table) + by, 1);
      const changed = (table: string, from: RegExp, to: string, by = 0) => (lines: readonly string[]): readonly string[] => lines.with(lineOf(lines, table) + by, (lines[lineOf(lines, table) + by] ?? "").replace(from, to));
      const twice = (table: string) => (lines: readonly string[]): readonly string[] => lines.toSpliced(lineOf(lines, table), 0, lines[lineOf(lines, table)] ?? "");
      const forgeries: readonly (readonly [string, (lines: readonly string[]) => readonly string[]])[] = [
        ["an entry less", without("log_entry")],
        ["an entry twice", twice("log_entry")],
        ["a changed entry", changed("log_entry", /\\"acme/, '\\"bolt', 3)],
        ["an entry that would be found as another", changed("log_entry", /"acme"/, '"bolt"', 3)],
        ["an expired entry with another hash", changed("log_expired", /"[0-9a-f]{64}",(?=\d)/, `"${"1".repeat(64)}",`)],
        ["no record of retention", without("retention_run")],
        ["a record of fewer", changed("retention_run", /^\[(\d+),(\d+),\d+/, "[$1,$2,99")],
        ["a version of H less", without("history_version", 3)],
        ["a contract less", without("contract")],
        ["a contract twice", twice("contract")],
        ["a key of a row that is a text", changed("registry_edit", /\[([^,]*),([^,]*),(\d+)/, '[$1,$2,"x"')],
        ["a head that is gone", without("log_head")],
        ["another checkpoint in the table than in the first line", changed("checkpoint", /caio\.example/, "caio.other")],
        ["a column less", (lines) => lines.with(0, (lines[0] ?? "").replace('"encoder_id",', ""))],
        ["a table that there is not", (lines) => lines.toSpliced(1, 0, '{"log":null,"table":"nothing"}')],
        ["a table of another part", (lines) => lines.with(1, (lines[1] ?? "").replace('"log":null', '"log":0'))],
        ["a row without a table", (lines) => lines.toSpliced(1, 0, "[1]")],
        ["a row of objects", (lines) => lines.with(2, "[{},{}]")],
        ["a number that is none of a store", (lines) => lines.with(2, "[1.5,2]")],
        ["another form", (lines) => lines.with(0, (lines[0] ?? "").replace('"caio_backup":1', '"caio_backup":2'))],
        ["an older root", (lines) => lines.with(0, (lines[0] ?? "").replace(/"root":"[0-9a-f]{64}"/, `"root":"${"0".repeat(64)}"`))],
      ];
      for (const [what, change] of forgeries) {
        const database = await make();
        const forgery = forged(bytes, change, hash);
        expect(forgery.equals(bytes), what).toBe(false);
        const ended = await restored(forgery, database).then(() => "restored", (error: unknown) => (isCaioError(error) ? error.code : error));
        expect([what, ended]).toEqual([what, "IntegrityViolation"]);
        if (database instanceof SqliteTestDatabase) expect([what, readdirSync(dirname(database.file))]).toEqual([what, []]);
        else await restored(bytes, database);
      }
    });
  });
}

async function whole(): Promise<Buffer> {
  const stores = await (await sqlite.make()).open();
  await fill(stores, someOfAll);
  const bytes = await archived(stores);
  await stores.close();
  return bytes;
}
