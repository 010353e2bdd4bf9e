import { principalFromWire, toWireObject } from "@caio/contracts";
import { CaioError, canonicalJson, isDigest } from "@caio/core";
import type { KeyGrant, KeyLimits, KeyRecord, KeyStore } from "@caio/security";
import { sql } from "kysely";

import type { Engine } from "../engine/engine.ts";
import type { ApiKeyRow } from "../schema/tables.ts";
import { corruptRow, integerOf, jsonObjectOf, readRow } from "./row-door.ts";

type LimitColumns = Pick<
  ApiKeyRow,
  "limited" | "budgeted" | "day_micros" | "month_micros" | "requests_per_minute" | "concurrent_requests"
>;

/** API keys in SQL: the hash and what the key stands for, never the key. */
export class SqlKeyStore implements KeyStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async find(keyId: string): Promise<KeyRecord | undefined> {
    const row = await this.#engine.db.selectFrom("api_key").selectAll().where("key_id", "=", keyId).executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** @throws CaioError `InvalidPrincipal` also for a grant that is no principal: it could not be read again. */
  async add(record: KeyRecord): Promise<void> {
    const row = rowOf(record);
    await this.#engine.sharedCommits.run(async (tx) => {
      const added = await tx.insertInto("api_key").values(row).onConflict((conflict) => conflict.column("key_id").doNothing()).executeTakeFirst();
      if (added.numInsertedOrUpdatedRows === 1n) return;
      throw new CaioError("InvalidPrincipal", "This key id is taken. Issue the key again.", { details: { keyId: record.keyId } });
    });
  }

  revoke(keyId: string, now: number): Promise<void> {
    return this.#engine.sharedCommits.run(async (tx) => {
      const first = tx.updateTable("api_key").set(({ fn }) => ({ revoked_at: fn.coalesce("revoked_at", sql.val(now)) }));
      const { numUpdatedRows } = await first.where("key_id", "=", keyId).executeTakeFirst();
      if (numUpdatedRows !== 1n) throw noKey(keyId);
    });
  }

  async setLimits(keyId: string, limits: KeyLimits): Promise<void> {
    const columns = limitColumns(limits);
    await this.#engine.sharedCommits.run(async (tx) => {
      const { numUpdatedRows } = await tx.updateTable("api_key").set(columns).where("key_id", "=", keyId).executeTakeFirst();
      if (numUpdatedRows !== 1n) throw noKey(keyId);
    });
  }

  async list(): Promise<readonly KeyRecord[]> {
    const rows = await this.#engine.db.selectFrom("api_key").selectAll().orderBy("key_id").execute();
    return rows.map(recordOf);
  }
}

function rowOf({ keyId, hash, grant, createdAt, exp, revokedAt, limits }: KeyRecord): ApiKeyRow {
  const permissions = [...new Set(grant.permissions)].sort();
  const document = canonicalJson(toWireObject({ ...grant, permissions }));
  grantOf(document);
  return {
    key_id: keyId,
    hash,
    grant_document: document,
    created_at: createdAt,
    exp: exp ?? null,
    revoked_at: revokedAt ?? null,
    ...limitColumns(limits),
  };
}

function limitColumns(limits: KeyLimits | undefined): LimitColumns {
  const { budget, requestsPerMinute, concurrentRequests } = limits ?? {};
  const columns = {
    day_micros: budget?.dayMicros ?? null,
    month_micros: budget?.monthMicros ?? null,
    requests_per_minute: requestsPerMinute ?? null,
    concurrent_requests: concurrentRequests ?? null,
  };
  for (const [name, value] of Object.entries(columns)) {
    if (value === null || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw new CaioError("NumberOutOfRange", `Limits of a key, ${name}: expected a safe integer of 0 or more.`, { details: { at: name } });
  }
  return { limited: limits === undefined ? 0 : 1, budgeted: budget === undefined ? 0 : 1, ...columns };
}

function recordOf(row: ApiKeyRow): KeyRecord {
  const place = { table: "api_key", key: row.key_id };
  if (!isDigest(row.hash)) throw corruptRow(place, "what is no hash");
  const grant = readRow(place, () => grantOf(row.grant_document));
  return {
    keyId: row.key_id,
    hash: row.hash,
    grant,
    createdAt: integerOf(place, row.created_at),
    ...(row.exp === null ? {} : { exp: integerOf(place, row.exp) }),
    ...(row.revoked_at === null ? {} : { revokedAt: integerOf(place, row.revoked_at) }),
    ...(row.limited === 0 ? {} : { limits: limitsOf(row) }),
  };
}

function limitsOf(row: ApiKeyRow): KeyLimits {
  const place = { table: "api_key", key: row.key_id };
  const { day_micros: day, month_micros: month, requests_per_minute: rate, concurrent_requests: concurrent } = row;
  const budget = {
    ...(day === null ? {} : { dayMicros: integerOf(place, day) }),
    ...(month === null ? {} : { monthMicros: integerOf(place, month) }),
  };
  return {
    ...(row.budgeted === 0 ? {} : { budget }),
    ...(rate === null ? {} : { requestsPerMinute: integerOf(place, rate) }),
    ...(concurrent === null ? {} : { concurrentRequests: integerOf(place, concurrent) }),
  };
}

/** The parser of principals, with the evidence that a use of the key will supply. */
function grantOf(document: string): KeyGrant {
  const principal = principalFromWire({ ...jsonObjectOf(document), evidence: { method: "api_key" } });
  const { subject, issuer, tenant, permissions, trust, region, traits } = principal;
  const optional = { ...(region === undefined ? {} : { region }), ...(traits === undefined ? {} : { traits }) };
  return { subject, issuer, tenant, permissions, trust, ...optional };
}

function noKey(keyId: string): CaioError<"NotFound"> {
  return new CaioError("NotFound", "No key with this id. List the keys to find it.", { details: { keyId } });
}
