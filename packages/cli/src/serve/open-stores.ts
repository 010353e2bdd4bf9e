import { join } from "node:path";

import { CaioError } from "@caio/core";
import { openPostgresRates, witnessFile, type Environment, type GatewayConfig, type PostgresTerms, type ReplicaPorts } from "@caio/gateway";
import type { SqlStores } from "@caio/store-sql";
import { openSqlThread } from "@caio/store-sql/thread";

/** What a gateway keeps, and, where it shares that with others, by what it hears of them. */
export interface OpenedStores {
  /** Closing them closes all of it. */
  readonly stores: SqlStores;
  readonly replica?: ReplicaPorts;
}

/** How long a write waits for a database that went away, and how long any answer is waited for, milliseconds: then callers are told. */
const [PATIENCE_MS, ANSWER_MS] = [2000, 10_000];

/**
 * Opens the stores that the configuration names: a file in the data folder, behind a thread of its own, or PostgreSQL.
 *
 * @param data - folder of what belongs to this instance alone
 * @param chance - from 0 up to 1, for pauses between tries
 * @throws CaioError `InvalidField` if the configuration or the environment lacks something, and what the stores throw
 */
export async function openStores(config: GatewayConfig, data: string, environment: Environment, chance: () => number): Promise<OpenedStores> {
  if (config.store === undefined) return { stores: await openSqlThread({ file: join(data, "caio.db") }) };
  return await openShared(config, config.store, data, { environment, chance });
}

async function openShared({ instance, replicas }: GatewayConfig, { urlEnv, schema }: PostgresTerms, data: string, { environment, chance }: { readonly environment: Environment; readonly chance: () => number }): Promise<OpenedStores> {
  if (instance === undefined) throw new CaioError("InvalidField", "The store is in PostgreSQL, and this instance has no name: set `instance` in the configuration, or name it with --instance, each of several another one.", { details: { field: "instance" } });
  const url = environment[urlEnv];
  if (url === undefined || url === "") throw new CaioError("InvalidField", `The variable ${urlEnv} is not set. It holds the address of the database: postgres://user:password@host:5432/database`, { details: { variable: urlEnv } });
  const place = { database: url, schema, instance };
  // What speaks to PostgreSQL is loaded where it is needed.
  const { openPostgresStores, openReplicaLinks } = await import("@caio/store-sql");
  const opened = await openPostgresStores({ ...place, patienceMs: PATIENCE_MS, answerMs: ANSWER_MS });
  const links = openReplicaLinks({ ...place, chance });
  const rates = replicas.rates === "shared" ? await openPostgresRates({ url, schema }) : undefined;
  const close = async (): Promise<void> => {
    await links.close();
    await rates?.close();
    await opened.close();
  };
  const replica = { instance, news: links.news, directory: links.directory, witnessed: witnessFile(join(data, "witnessed.json")), chance, ...(rates === undefined ? {} : { rates }) };
  return { stores: { ...opened, close }, replica };
}
