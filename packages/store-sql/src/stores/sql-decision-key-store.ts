import { CaioError, isDigest, type Digest } from "@caio/core";
import type { DecisionKeyStore } from "@caio/traceability";

import type { Engine } from "../engine/engine.ts";
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
        await tx.insertInto("decision_key").values({ decision_id: decisionId, decision_key: decisionKey }).execute();
      } else if (row.decision_key === null) throw refuse(decisionId, "was erased");
      else if (row.decision_key !== decisionKey) throw refuse(decisionId, "has another key");
    });
  }

  async get(decisionId: Digest): Promise<Digest | undefined> {
    const { db } = this.#engine;
    const row = await db.selectFrom("decision_key").selectAll().where("decision_id", "=", decisionId).executeTakeFirst();
    const key = row?.decision_key ?? undefined;
    if (key === undefined || isDigest(key)) return key;
    throw corruptRow({ table: "decision_key", key: decisionId }, "what is no key");
  }

  async erase(decisionId: Digest): Promise<boolean> {
    const had = await this.#engine.commits.run(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable("decision_key")
        .set({ decision_key: null })
        .where("decision_id", "=", decisionId)
        .where("decision_key", "is not", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
    // Also for a key that was erased before: the process may have ended between the two.
    await this.#engine.scrub();
    return had;
  }
}

function refuse(decisionId: Digest, found: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `Decision ${decisionId} ${found}: a decision has one key.`, { details: { decision: decisionId } });
}
