import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { openSqlStores, type SqlStores } from "../../src/index.ts";

/** A port as a test uses it. */
export interface Opened<T> {
  readonly port: T;
  /** The port after a restart: the same one where nothing outlives the process. */
  readonly reopen: () => Promise<T>;
}

/** One way to keep what a port keeps. */
export interface Kept<T> {
  readonly where: string;
  readonly open: () => Promise<Opened<T>>;
}

/** The two ways that a port is kept: the same tests hold for both. */
export function both<T>(memory: () => T, sql: (stores: SqlStores) => T): readonly Kept<T>[] {
  return [
    {
      where: "memory",
      open: () => {
        const port = memory();
        return Promise.resolve({ port, reopen: () => Promise.resolve(port) });
      },
    },
    inSql(sql),
  ];
}

/** A port of a new file. */
export function inSql<T>(sql: (stores: SqlStores) => T): Kept<T> {
  return {
    where: "sql",
    open: async () => {
      const file = newFile();
      let stores = await openSqlStores({ file });
      onTestFinished(() => stores.close());
      const reopen = async (): Promise<T> => {
        await stores.close();
        stores = await openSqlStores({ file });
        return sql(stores);
      };
      return { port: sql(stores), reopen };
    },
  };
}

/** The path of a file that is not there yet, and goes with the test. */
export function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "caio-store-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return join(folder, "caio.db");
}
