import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";

import { openSqlStores, storeVersion } from "../src/index.ts";

/** Changes a closed store from outside; the names of what brought it up to date are then these. */
function tamper(file: string, statement: string): readonly unknown[] {
  const database = new Database(file);
  try {
    database.exec(statement);
    return database.prepare("select name from kysely_migration order by name").all([]);
  } finally {
    database.close();
  }
}

it("which version wrote a store is said, and nothing is brought up to date for it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "caio-store-version-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "caio.db");
  const stores = await openSqlStores({ file });
  await expect(storeVersion(file)).rejects.toMatchObject({ details: { reason: "locked" } });
  await stores.close();
  expect(await storeVersion(file)).toBe("current");

  const older = tamper(file, "delete from kysely_migration where name = (select max(name) from kysely_migration)");
  expect(await storeVersion(file)).toBe("older");
  expect(tamper(file, "select 1")).toEqual(older);

  tamper(file, "insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00Z')");
  expect(await storeVersion(file)).toBe("newer");
  await writeFile(join(folder, "other.db"), "no database at all, ".repeat(100));
  await expect(storeVersion(join(folder, "other.db"))).rejects.toMatchObject({ details: { reason: "not_a_store" } });
});
