import type { CheckpointStore, DecisionKeyStore, TraceStore } from "@caio/traceability";
import { Kysely, sql } from "kysely";

import { CommitQueue } from "../engine/commit-queue.ts";
import type { Engine } from "../engine/engine.ts";
import { OneAtATime } from "../engine/one-at-a-time.ts";
import { PostgresSourceDialect } from "../engine/postgres/postgres-driver.ts";
import type { ReadPlace } from "../engine/postgres/postgres-place.ts";
import { ReaderPool } from "../engine/postgres/reader-pool.ts";
import { storeError } from "../engine/store-fault.ts";
import type { Tables } from "../schema/tables.ts";
import { SqlCheckpointStore } from "../stores/sql-checkpoint-store.ts";
import { SqlDecisionKeyStore } from "../stores/sql-decision-key-store.ts";
import { SqlTraceStore } from "../stores/sql-trace-store.ts";

/** Without an answer for so long what is asked beside the stores counts as unanswered, milliseconds. */
const ANSWER_MS = 2000;

/** The log of an instance, to be read by others. Nothing is written through it. */
export interface InstanceLog {
  readonly traces: TraceStore;
  readonly checkpoints: Pick<CheckpointStore, "load">;
  readonly openings: Pick<DecisionKeyStore, "opening">;
  close(): Promise<void>;
}

/** Opens the log of an instance for reading, by at most one connection. */
export function openInstanceLog(place: ReadPlace): InstanceLog {
  const db = readersOf(place, 1);
  const refusing = new CommitQueue(() => Promise.reject(storeError("read_only", place.name)), place.name);
  const engine: Engine = {
    ...{ place: place.name, instance: place.instance, db, commits: refusing, sharedCommits: refusing },
    removals: new OneAtATime(),
    snapshot: () => Promise.reject(storeError("read_only", place.name)),
    schema: { integer: "bigint", text: sql`text`, tableEnd: sql``, keyTableEnd: sql`` },
    homes: [],
    exclusively: () => Promise.reject(storeError("read_only", place.name)),
    scrub: () => Promise.reject(storeError("read_only", place.name)),
    close: () => db.destroy(),
  };
  return { traces: new SqlTraceStore(engine), checkpoints: new SqlCheckpointStore(engine), openings: new SqlDecisionKeyStore(engine), close: () => db.destroy() };
}

/** Queries by a few connections, which give up where no answer comes. */
export function readersOf(place: ReadPlace, most: number): Kysely<Tables> {
  const config = { ...place.config, max: most, application_name: `caio ${place.instance} readers`, connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS };
  return new Kysely<Tables>({ dialect: new PostgresSourceDialect(new ReaderPool(config, place.name, () => undefined)) });
}
