import { CaioError, isDigest, type Digest } from "@caio/core";
import type { DecisionKeyStore, DecisionOpening } from "@caio/traceability";

import type { Engine } from "../engine/engine.ts";
import type { DecisionKeyRow } from "../schema/tables.ts";
import { corruptRow } from "./row-door.ts";

/**
 * Keys of decisions in SQL, in a table of their own. An erased key is overwritten where it stood, and `erase` resolves when it is
 * in the write-ahead log no more; that a decision had one stays, so that it gets no other.
 */
export class SqlDecisionKeyStore implements DecisionKeyStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  put(decisionId: Digest, decisionKey: Digest): Promise<void> {
    return this.#engine.commits.run(async (tx) => {
      const row = await tx.selectFrom("decision_key").selectAll().where("decision_id", "=", decisionId).executeTakeFirst();
      if (row === undefined) {
        await tx.insertInto("decision_key").values({ decision_id: decisionId, decision_key: decisionKey, disclosed: null, learning: null }).execute();
      } else if (row.decision_key === null) throw refuse(decisionId, "was erased");
      else if (row.decision_key !== decisionKey) throw refuse(decisionId, "has another key");
    });
  }

  async get(decisionId: Digest): Promise<Digest | undefined> {
    return keyOf(await this.#row(decisionId));
  }

  async opening(decisionId: Digest): Promise<DecisionOpening | undefined> {
    const row = await this.#row(decisionId);
    const decisionKey = keyOf(row);
    const disclosed = row?.disclosed ?? undefined;
    if (decisionKey === undefined || disclosed === undefined) return undefined;
    // The log of an instance that has not been brought up to date has no such column.
    const learning = row?.learning ?? undefined;
    return { decisionKey, disclosed, ...(learning === undefined ? {} : { learning }) };
  }

  async erase(decisionId: Digest): Promise<boolean> {
    const had = await this.#engine.commits.run(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable("decision_key")
        .set({ decision_key: null, disclosed: null, learning: null })
        .where("decision_id", "=", decisionId)
        .where("decision_key", "is not", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
    // Also for a key that was erased before: the process may have ended between the two.
    await this.#engine.scrub(["decision_key"]);
    return had;
  }

  #row(decisionId: Digest): Promise<DecisionKeyRow | undefined> {
    return this.#engine.db.selectFrom("decision_key").selectAll().where("decision_id", "=", decisionId).executeTakeFirst();
  }
}

function keyOf(row: DecisionKeyRow | undefined): Digest | undefined {
  const key = row?.decision_key ?? undefined;
  if (key === undefined || isDigest(key)) return key;
  throw corruptRow({ table: "decision_key", key: row?.decision_id ?? "" }, "what is no key");
}

function refuse(decisionId: Digest, found: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `Decision ${decisionId} ${found}: a decision has one key.`, { details: { decision: decisionId } });
}
