import { describe, expect, it } from "vitest";

import type { SqlStores } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";
import { fill } from "./support/fill.ts";

describe.each(databaseKinds)("data in $where", ({ make }) => {
  /** With something in every part, closed. */
  const filled = async (entries: number): Promise<TestDatabase> => {
    const database = await make();
    await fill(await database.open(), entries);
    return database;
  };

  it("is refused if a newer version wrote it", async () => {
    const database = await filled(1);
    await database.tamper("insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00Z')");
    const error: unknown = await database.open().then((stores) => stores.close(), (failure: unknown) => failure);
    expect(error).toMatchObject({ code: "ServiceUnavailable", details: { reason: "newer_schema" } });
  });

  it.each([
    ["a changed entry", "update log_entry set text = replace(text, 'acme', 'bolt') where log_index = 7"],
    ["a lost entry", "delete from log_entry where log_index = 7"],
    ["a lost end", "delete from log_entry where log_index > 7"],
    ["a swapped pair", "update log_entry set log_index = -1 where log_index = 7; update log_entry set log_index = 7 where log_index = 8; update log_entry set log_index = 8 where log_index = -1"],
    ["an entry more", "insert into log_entry select 300, kind, tenant, decision_id, service, time, text, history from log_entry where log_index = 1"],
    ["an entry far behind the others", "insert into log_entry select 30000, kind, tenant, decision_id, service, time, text, history from log_entry where log_index = 1"],
    ["another root", "update log_head set root = replace(root, 'a', 'b')"],
    ["another size", "update log_head set size = size - 1"],
    ["no head", "delete from log_head"],
    ["a checkpoint of more", `insert into checkpoint values (1, 'x\n999\n${Buffer.alloc(32).toString("base64")}\n\n— x y\n', 1)`],
    ["a checkpoint of another log", `insert into checkpoint values (1, 'x\n100\n${Buffer.alloc(32).toString("base64")}\n\n— x y\n', 1)`],
    ["a checkpoint that is none", "insert into checkpoint values (1, 'nothing', 1)"],
  ])("whose log has %s is refused", async (_name, sql) => {
    const database = await filled(300);
    await database.tamper(sql);
    const error: unknown = await database.open().then((stores) => stores.close(), (failure: unknown) => failure);
    expect(error).toMatchObject({ code: "IntegrityViolation", details: { reason: "corrupt" } });
  });

  it.each<[string, string, (stores: SqlStores) => Promise<unknown>]>([
    ["a contract", "update contract set document = replace(document, '1.0.0', '1.0.1')", (stores) => stores.registry.load(0)],
    ["an encoding", "update encoding set field = '[1]'", (stores) => stores.registry.load(0)],
    ["an edit", "delete from registry_edit", (stores) => stores.registry.load(0)],
    ["a kind", "update registry_edit set kind = 'explode'", (stores) => stores.registry.load(0)],
    ["a leaf", "update history_leaf set leaf = '{}'", (stores) => stores.history.latest()],
    ["a version of H", "delete from history_leaf", (stores) => stores.history.latest()],
    ["a key", "insert into decision_key values ('d', 'short', null, null)", (stores) => stores.decisionKeys.get("d")],
    [
      "an API key",
      `insert into api_key values ('k', '${"0".repeat(64)}', '{"trust":99}', 1, null, null, 0, 0, null, null, null, null)`,
      (stores) => stores.keys.find("k"),
    ],
    ["a policy", `insert into policy_version values ('p', 1, '${"0".repeat(64)}', '{}')`, (stores) => stores.policies.get("p")],
    ["an account", `insert into budget_account values ('k', '2025-11', 9007199254740993, 0)`, (stores) => stores.budgets.usage("k", "month", Date.UTC(2025, 10, 24))],
  ])("with %s that no store writes gives a typed error when it is read", async (_name, sql, read) => {
    const database = await filled(1);
    await database.tamper(sql);
    const stores = await database.open();
    await expect(read(stores)).rejects.toMatchObject({ code: "IntegrityViolation", details: { reason: "corrupt" } });
    await stores.close();
  });
});
