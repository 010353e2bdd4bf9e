import type { CheckpointStore, SignedCheckpoint } from "@caio/traceability";

import type { Engine } from "../engine/engine.ts";
import { integerOf } from "./row-door.ts";

/** The newest signed checkpoint in SQL. It is lost together with the log, so publish it elsewhere as well. */
export class SqlCheckpointStore implements CheckpointStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async load(): Promise<SignedCheckpoint | null> {
    const row = await this.#engine.db.selectFrom("checkpoint").selectAll().where("id", "=", 1).executeTakeFirst();
    if (row === undefined) return null;
    return { note: row.note, signedAt: integerOf({ table: "checkpoint", key: "1" }, row.signed_at) };
  }

  save({ note, signedAt }: SignedCheckpoint): Promise<void> {
    return this.#engine.commits.run(async (tx) => {
      await tx
        .insertInto("checkpoint")
        .values({ id: 1, note, signed_at: signedAt })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ note, signed_at: signedAt }))
        .execute();
    });
  }
}
