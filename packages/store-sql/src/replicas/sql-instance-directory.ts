import { CaioError } from "@caio/core";
import type { HeldReservation } from "@caio/security";
import { sql, type Kysely } from "kysely";

import { readPlace, type PostgresPlace } from "../engine/postgres/postgres-place.ts";
import type { CosignatureRow, Tables } from "../schema/tables.ts";
import { integerOf } from "../stores/row-door.ts";
import { openInstanceLog, type InstanceLog } from "./instance-log.ts";

/** What an instance says of itself. */
export interface AnnouncedInstance {
  readonly name: string;
  /** The name of its log. */
  readonly origin: string;
  /** Verifier keys of its log, newest first, one a line. */
  readonly logKeys: string;
  /** The verifier key under which it cosigns the checkpoints of others. */
  readonly witnessKey: string;
}

/** An instance that has been there; `silentMs` is how long ago, by the clock of the database. */
export interface ListedInstance extends AnnouncedInstance {
  readonly silentMs: number;
}

/** Connections of a directory. */
export interface DirectoryReaders {
  /** For what an instance does of its own accord. */
  readonly own: Kysely<Tables>;
  /** For what others may ask for. */
  readonly shown: Kysely<Tables>;
}

/** Who shares a schema, and what they left there for one another. */
export class SqlInstanceDirectory {
  readonly #own: Kysely<Tables>;
  readonly #shown: Kysely<Tables>;
  readonly #place: PostgresPlace;
  readonly #logs = new Map<string, InstanceLog>();

  constructor({ own, shown }: DirectoryReaders, place: PostgresPlace) {
    this.#own = own;
    this.#shown = shown;
    this.#place = place;
  }

  /** Says that an instance is there. */
  async announce({ name, origin, logKeys, witnessKey }: AnnouncedInstance): Promise<void> {
    const said = { origin, log_keys: logKeys, witness_key: witnessKey, seen_at: sql`clock_timestamp()` };
    await this.#own
      .insertInto("presence")
      .values({ instance: name, ...said })
      .onConflict((conflict) => conflict.column("instance").doUpdateSet(said))
      .execute();
  }

  /** All that ever said so, by name. */
  async list(): Promise<readonly ListedInstance[]> {
    const silent = sql<number>`greatest(0, ceil(extract(epoch from clock_timestamp() - seen_at) * 1000))::bigint`;
    const rows = await this.#shown.selectFrom("presence").select(["instance", "origin", "log_keys", "witness_key", silent.as("silent_ms")]).orderBy("instance").execute();
    return rows.map((row) => ({
      ...{ name: row.instance, origin: row.origin, logKeys: row.log_keys, witnessKey: row.witness_key },
      silentMs: integerOf({ table: "presence", key: row.instance }, row.silent_ms),
    }));
  }

  /** The log of an instance, for reading. @throws CaioError `InvalidRequest` for a name that no instance can have */
  logOf(instance: string): InstanceLog {
    const known = this.#logs.get(instance);
    if (known !== undefined) return known;
    const log = openInstanceLog(readPlace({ ...this.#place, instance }));
    this.#logs.set(instance, log);
    return log;
  }

  /** What witnesses said last of a log. */
  async cosignatures(origin: string): Promise<readonly CosignatureRow[]> {
    return await this.#shown.selectFrom("cosignature").selectAll().where("origin", "=", origin).orderBy("witness").execute();
  }

  /** Keeps what a witness said, unless it has said something of a larger log. */
  async keepCosignature(cosignature: CosignatureRow): Promise<void> {
    const { size, note, line } = cosignature;
    if (!Number.isSafeInteger(size) || size < 0) throw new CaioError("NumberOutOfRange", `Found a checkpoint of size ${String(size)}, expected a count.`, { details: { found: size } });
    await this.#own
      .insertInto("cosignature")
      .values(cosignature)
      .onConflict((conflict) => conflict.columns(["origin", "witness"]).doUpdateSet({ size, note, line }).where("cosignature.size", "<=", size))
      .execute();
  }

  /** Open reservations of an instance. */
  async heldBy(instance: string): Promise<readonly HeldReservation[]> {
    const rows = await this.#own.selectFrom("budget_hold").selectAll().where("instance", "=", instance).orderBy("id").execute();
    return rows.map((row) => {
      const place = { table: "budget_hold", key: row.id };
      return { id: row.id, keyId: row.key_id, amountMicros: integerOf(place, row.amount_micros), since: integerOf(place, row.since) };
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#logs.values()].map((log) => log.close()));
  }
}
