import { openPostgresStores, openSqlStores, type SqlStores } from "../../../src/index.ts";

/** Where a log is that is written while its writer, or what it writes to, is killed. */
export type AppendTarget = { readonly engine: "sqlite"; readonly file: string } | { readonly engine: "postgres"; readonly url: string };

/** The stores there, once whoever had them before is gone. */
export function openTarget(target: AppendTarget): Promise<SqlStores> {
  if (target.engine === "sqlite") return openSqlStores({ file: target.file, busyTimeoutMs: 10_000 });
  return openPostgresStores({ database: target.url, instance: "a", busyTimeoutMs: 10_000, patienceMs: 10_000 });
}
