import { CaioError, canonicalJson, type Digest } from "@caio/core";
import {
  policyDigest,
  policyFromWire,
  policyToWire,
  requireExpected,
  type ExpectedPolicy,
  type PolicyChange,
  type PolicyEvent,
  type PolicySet,
  type PolicyStore,
  type StoredPolicy,
} from "@caio/rules";
import type { Kysely, Transaction } from "kysely";

import type { Engine } from "../engine/engine.ts";
import type { PolicyEventRow, PolicyVersionRow, Tables } from "../schema/tables.ts";
import { corruptRow, integerOf, jsonOf, oneOf, readRow, storableText } from "./row-door.ts";

/** Versions of policies in SQL, which of them are active, and who changed that when. */
export class SqlPolicyStore implements PolicyStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async put(policy: PolicySet, change?: PolicyChange, expected?: ExpectedPolicy): Promise<StoredPolicy> {
    checkChange(change);
    const document = documentOf(policy);
    return await this.#engine.sharedCommits.run(async (tx) => {
      await this.#engine.exclusively(tx, ["policies"]);
      await requireActive(tx, policy.id, expected);
      return await keep(tx, document, change);
    });
  }

  async putAll(policies: readonly PolicySet[], change?: PolicyChange): Promise<readonly StoredPolicy[]> {
    checkChange(change);
    const documents = policies.map(documentOf);
    return await this.#engine.sharedCommits.run(async (tx) => {
      await this.#engine.exclusively(tx, ["policies"]);
      const stored: StoredPolicy[] = [];
      for (const document of documents) stored.push(await keep(tx, document, change));
      return stored;
    });
  }

  async activate(id: string, version: number, change?: PolicyChange, expected?: ExpectedPolicy): Promise<StoredPolicy> {
    checkChange(change);
    return await this.#engine.sharedCommits.run(async (tx) => {
      await this.#engine.exclusively(tx, ["policies"]);
      const row = await versionOf(tx, id, version);
      if (row === undefined) {
        const message = `No version ${String(version)} of policy "${id}". List its versions.`;
        throw new CaioError("UnknownPolicy", message, { details: { policy: id, version } });
      }
      await requireActive(tx, id, expected);
      await makeActive(tx, "activate", row, change);
      return storedOf(row);
    });
  }

  async active(id: string): Promise<StoredPolicy | undefined> {
    const { db } = this.#engine;
    const row = await db.selectFrom("policy_active").select("version").where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : await this.get(id, row.version);
  }

  async audit(id?: string): Promise<readonly PolicyEvent[]> {
    const all = this.#engine.db.selectFrom("policy_event").selectAll().orderBy("sequence");
    const rows = await (id === undefined ? all : all.where("id", "=", id)).execute();
    return rows.map(eventOf);
  }

  async get(id: string, version?: number): Promise<StoredPolicy | undefined> {
    const { db } = this.#engine;
    const row = await (version === undefined ? latestOf(db, id) : versionOf(db, id, version));
    return row === undefined ? undefined : storedOf(row);
  }

  async findByDigest(digest: Digest): Promise<StoredPolicy | undefined> {
    const { db } = this.#engine;
    const all = db.selectFrom("policy_version").selectAll().where("digest", "=", digest);
    const row = await all.orderBy("version").limit(1).executeTakeFirst();
    return row === undefined ? undefined : storedOf(row);
  }

  async list(): Promise<readonly StoredPolicy[]> {
    const rows = await this.#engine.db
      .selectFrom("policy_version as each")
      .selectAll()
      .where("version", "=", (eb) =>
        eb
          .selectFrom("policy_version as same")
          .select(({ fn }) => fn.max("same.version").as("latest"))
          .whereRef("same.id", "=", "each.id"),
      )
      .orderBy("id")
      .execute();
    return rows.map(storedOf);
  }

  async versions(id: string): Promise<readonly StoredPolicy[]> {
    const rows = await this.#engine.db.selectFrom("policy_version").selectAll().where("id", "=", id).orderBy("version").execute();
    return rows.map(storedOf);
  }
}

const eventKinds = ["put", "activate"] as const;

function checkChange(change: PolicyChange | undefined): void {
  if (change === undefined) return;
  storableText("actor", change.actor);
  if (change.reason !== undefined) storableText("reason", change.reason);
}

function eventOf(row: PolicyEventRow): PolicyEvent {
  return { ...row, kind: oneOf({ table: "policy_event", key: String(row.sequence) }, eventKinds, row.kind) };
}

/** Asked where nobody else changes policies until the transaction ends. @throws CaioError `PreconditionFailed` */
async function requireActive(tx: Transaction<Tables>, id: string, expected: ExpectedPolicy | undefined): Promise<void> {
  if (expected === undefined) return;
  const named = await tx.selectFrom("policy_active").select("version").where("id", "=", id).executeTakeFirst();
  const active = named === undefined ? undefined : await versionOf(tx, id, named.version);
  const last = await tx.selectFrom("policy_event").selectAll().where("id", "=", id).orderBy("sequence", "desc").limit(1).executeTakeFirst();
  requireExpected(expected, { id, active, lastEvent: last === undefined ? undefined : eventOf(last) });
}

type PolicyDocument = Pick<PolicyVersionRow, "id" | "digest" | "document">;

function documentOf(policy: PolicySet): PolicyDocument {
  return { id: policy.id, digest: policyDigest(policy), document: canonicalJson(policyToWire(policy)) };
}

async function keep(tx: Transaction<Tables>, document: PolicyDocument, change: PolicyChange | undefined): Promise<StoredPolicy> {
  const latest = await latestOf(tx, document.id);
  const row = latest?.digest === document.digest ? latest : { ...document, version: (latest?.version ?? 0) + 1 };
  if (row !== latest) await tx.insertInto("policy_version").values(row).execute();
  await makeActive(tx, "put", row, change);
  return storedOf(row);
}

async function latestOf(db: Kysely<Tables>, id: string): Promise<PolicyVersionRow | undefined> {
  const all = db.selectFrom("policy_version").selectAll().where("id", "=", id);
  return await all.orderBy("version", "desc").limit(1).executeTakeFirst();
}

async function versionOf(db: Kysely<Tables>, id: string, version: number): Promise<PolicyVersionRow | undefined> {
  return await db.selectFrom("policy_version").selectAll().where("id", "=", id).where("version", "=", version).executeTakeFirst();
}

async function makeActive(
  tx: Transaction<Tables>,
  kind: PolicyEvent["kind"],
  { id, version, digest }: PolicyVersionRow,
  change: PolicyChange | undefined,
): Promise<void> {
  const before = await tx.selectFrom("policy_active").select("version").where("id", "=", id).executeTakeFirst();
  if (before?.version === version) return;
  await tx
    .insertInto("policy_active")
    .values({ id, version })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ version }))
    .execute();
  const last = await tx.selectFrom("policy_event").select("sequence").orderBy("sequence", "desc").limit(1).executeTakeFirst();
  const { actor = null, at = null, reason = null } = change ?? {};
  await tx
    .insertInto("policy_event")
    .values({ sequence: (last?.sequence ?? 0) + 1, kind, id, version, digest, actor, at, reason })
    .execute();
}

function storedOf({ id, version, digest, document }: PolicyVersionRow): StoredPolicy {
  const place = { table: "policy_version", key: `${id} ${String(version)}` };
  const policy = readRow(place, () => policyFromWire(jsonOf(document)));
  if (policyDigest(policy) !== digest || policy.id !== id) throw corruptRow(place, "another policy than its digest names");
  return { policy, version: integerOf(place, version), digest };
}
