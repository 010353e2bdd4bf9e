import { toHex } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { verifyArchive } from "../../src/index.ts";
import { archived, restored, sourceOf } from "./archives.ts";
import { databaseKinds, sqlite } from "./databases.ts";
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
    }, 30_000);
  });
}
