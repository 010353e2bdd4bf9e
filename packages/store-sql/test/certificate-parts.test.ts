import { sha256Hex, SharedText } from "@caio/core";
import { entryText, InMemoryTraceStore, keysOf, type AppendedEntry, type LogEntry, type TraceStore } from "@caio/traceability";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import type { SqlStores } from "../src/index.ts";
import { PartsGiven } from "../src/stores/certificate-parts.ts";
import { both, inSql } from "./support/both.ts";
import { SqliteTestDatabase, newFile } from "./support/databases.ts";
import { decision, storedOutcome } from "./support/records.ts";

const kept = both<TraceStore>(() => new InMemoryTraceStore(), (stores) => stores.traces);
const shared = Array.from({ length: 6 }, (_, at) => new SharedText(`{"shared":${String(at)},"§":"${"☃é".repeat(at * 40)}"}`));
const certificates = fc.array(fc.oneof(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\u0000")), fc.constantFrom(...shared)), { maxLength: 6 });

function entry(name: string, certificate: AppendedEntry["certificate"], now = 1): AppendedEntry {
  const written: LogEntry = { kind: "decision", tenant: "acme", body: decision(name, { now }), prev: null };
  return { text: entryText(written), keys: keysOf(written), certificate };
}

const textOf = (parts: readonly (string | SharedText)[]): string => parts.map((part) => (typeof part === "string" ? part : part.text)).join("");

describe.each(kept)("certificates in parts in $where", ({ open }) => {
  it("are read as the text that they are, whoever reads them when", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(certificates, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }), async (batches) => {
        const { port, reopen } = await open();
        let size = 0;
        for (const batch of batches) {
          await port.append(size, batch.map((certificate, at) => entry(String(size + at), certificate)));
          size += batch.length;
        }
        const expected = batches.flat().map(textOf);
        for (const opened of [() => Promise.resolve(port), reopen]) {
          const store = await opened();
          expect((await store.read(0, size)).map(({ certificate }) => certificate)).toEqual(expected);
        }
      }),
      { numRuns: 10 },
    );
  });

  it("are whole after an append that was refused", async () => {
    const { port } = await open();
    const [, one = new SharedText("")] = shared;
    await expect(port.append(7, [entry("lost", ["a", one])])).rejects.toMatchObject({ code: "IntegrityViolation" });
    await port.append(0, [entry("kept", ["a", one, "b"])]);
    expect(await port.read(0, 1)).toMatchObject([{ certificate: `a${one.text}b` }]);
  });
});

describe.each(inSql((stores) => stores))("what certificates have in common in $where", ({ open }) => {
  it("goes when retention has removed the last certificate that needs it, and comes again with the next", async () => {
    const { port: stores } = await open();
    const [, , old = new SharedText(""), young = new SharedText("")] = shared;
    await stores.traces.append(0, [entry("0", ["x", old], 1_000), entry("1", [young, "y"], 2_000)]);
    const far = Array.from({ length: 9_000 }, (_, at) => storedOutcome(String(at), { endedAt: 5_000 }));
    await stores.traces.append(2, far);
    await stores.traces.append(9_002, [entry("2", ["z", young], 6_000)]);
    await stores.retention.retain({ certificates: 3_000 }, { at: 7_000 });
    expect(await stores.traces.read(0, 2)).toMatchObject([{ certificate: null, certificateExpired: true }, { certificate: null, certificateExpired: true }]);
    await stores.traces.append(9_003, [entry("3", [old, young, old], 7_000)]);
    const read = await stores.traces.read(9_002, 2);
    expect(read.map(({ certificate }) => certificate)).toEqual([`z${young.text}`, `${old.text}${young.text}${old.text}`]);
  });
});

it("a text is given again before the store may forget it, and never twice in a row", () => {
  const given = new PartsGiven();
  const digest = sha256Hex("part");
  const due = Array.from({ length: 10_000 }, (_, index) => given.isDue(digest, index)).flatMap((isDue, index) => (isDue ? [index] : []));
  expect(due).toEqual([0, 2048, 4096, 6144, 8192]);
  given.forget();
  expect(given.isDue(digest, 10_000)).toBe(true);
});

it("a part that is gone is damage, and is named", async () => {
  const database = new SqliteTestDatabase(newFile());
  const stores: SqlStores = await database.open();
  onTestFinished(() => stores.close());
  const [part = new SharedText("")] = shared;
  await stores.traces.append(0, [entry("0", ["x", part])]);
  await stores.close();
  await database.tamper("delete from certificate_part");
  const again = await database.open();
  onTestFinished(() => again.close());
  await expect(again.traces.read(0, 1)).rejects.toMatchObject({ code: "IntegrityViolation", details: { table: "certificate_part", row: part.digest } });
});
