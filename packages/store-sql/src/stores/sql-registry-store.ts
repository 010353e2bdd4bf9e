import { contractFromWire, toWireObject, type Field } from "@caio/contracts";
import { canonicalJson, digest, sha256Hex } from "@caio/core";
import { epochTaken, type Registration, type RegistryBatch, type RegistryEdit, type RegistryStore } from "@caio/registry";
import type { Kysely, Transaction } from "kysely";

import type { Engine } from "../engine/engine.ts";
import type { RegistryEditRow, Tables } from "../schema/tables.ts";
import { corruptRow, jsonOf, oneOf, readRow, storableText, type RowPlace } from "./row-door.ts";

const kinds = ["register", "replace", "deregister", "drain", "undrain"] as const;

/** An edit with the documents that it names. */
type EditRow = RegistryEditRow & {
  readonly edits: number;
  readonly document: string | null;
  readonly encoder_id: string | null;
  readonly field: string | null;
};

/** The edits of a registry in SQL. Contracts and encodings are kept once each, under their digests. */
export class SqlRegistryStore implements RegistryStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async load(after: number): Promise<readonly RegistryBatch[]> {
    const { db } = this.#engine;
    // First: what others append from now on is for the next load.
    const last = await lastEpoch(db);
    const rows: readonly EditRow[] = await db
      .selectFrom("registry_epoch as batch")
      .innerJoin("registry_edit as edit", "edit.epoch", "batch.epoch")
      .leftJoin("contract", "contract.digest", "edit.contract_digest")
      .leftJoin("encoding", "encoding.digest", "edit.encoding_digest")
      .where("batch.epoch", ">", after)
      .where("batch.epoch", "<=", last)
      .selectAll("edit")
      .select(["batch.edits", "contract.document", "encoding.encoder_id", "encoding.field"])
      .orderBy("edit.epoch")
      .orderBy("edit.position")
      .execute();
    const batches = batchesOf(rows);
    if (Math.max(after, last) - after !== batches.length) {
      throw corruptRow({ table: "registry_epoch", key: String(last) }, `${String(batches.length)} epochs after ${String(after)}`);
    }
    return batches;
  }

  async append({ epoch, edits }: RegistryBatch): Promise<void> {
    const copy = structuredClone(edits);
    for (const edit of copy) if ("encoderId" in edit) storableText("encoderId", edit.encoderId);
    await this.#engine.sharedCommits.run(async (tx) => {
      await this.#engine.exclusively(tx, ["registry"]);
      const expected = (await lastEpoch(tx)) + 1;
      if (epoch !== expected) throw epochTaken(epoch, expected);
      await tx.insertInto("registry_epoch").values({ epoch, edits: copy.length }).execute();
      for (const [position, edit] of copy.entries()) {
        const row = await keep(tx, edit);
        await tx.insertInto("registry_edit").values({ epoch, position, kind: edit.kind, ...row }).execute();
      }
    });
  }
}

async function lastEpoch(db: Kysely<Tables>): Promise<number> {
  const row = await db.selectFrom("registry_epoch").select("epoch").orderBy("epoch", "desc").limit(1).executeTakeFirst();
  return row?.epoch ?? 0;
}

/** Keeps the documents of an edit, and says what its row names. */
async function keep(
  tx: Transaction<Tables>,
  edit: RegistryEdit,
): Promise<Pick<RegistryEditRow, "service" | "contract_digest" | "encoding_digest">> {
  if (!("contract" in edit)) return { service: edit.serviceId, contract_digest: null, encoding_digest: null };
  const document = canonicalJson(toWireObject(edit.contract));
  const contractDigest = sha256Hex(document);
  const encodingDigest = digestOfEncoding(edit);
  await tx
    .insertInto("contract")
    .values({ digest: contractDigest, document })
    .onConflict((conflict) => conflict.column("digest").doNothing())
    .execute();
  await tx
    .insertInto("encoding")
    .values({ digest: encodingDigest, encoder_id: edit.encoderId, field: canonicalJson([...edit.encoding]) })
    .onConflict((conflict) => conflict.column("digest").doNothing())
    .execute();
  return { service: edit.contract.serviceId, contract_digest: contractDigest, encoding_digest: encodingDigest };
}

function batchesOf(rows: readonly EditRow[]): readonly RegistryBatch[] {
  const batches = new Map<number, RegistryEdit[]>();
  for (const row of rows) {
    const edits = batches.get(row.epoch) ?? [];
    batches.set(row.epoch, edits);
    const place = { table: "registry_edit", key: `${String(row.epoch)} ${String(row.position)}` };
    if (row.position !== edits.push(editOf(place, row)) - 1) throw corruptRow(place, "an edit after a hole");
    if (row.position >= row.edits) throw corruptRow(place, `more than the ${String(row.edits)} edits of the epoch`);
  }
  for (const row of rows) {
    if (batches.get(row.epoch)?.length === row.edits) continue;
    throw corruptRow({ table: "registry_epoch", key: String(row.epoch) }, `not all of the ${String(row.edits)} edits`);
  }
  return [...batches].map(([epoch, edits]) => ({ epoch, edits }));
}

function editOf(place: RowPlace, row: EditRow): RegistryEdit {
  const kind = oneOf(place, kinds, row.kind);
  if (kind !== "register" && kind !== "replace") return { kind, serviceId: row.service };
  const { document, encoder_id: encoderId, field } = row;
  if (document === null || encoderId === null || field === null) throw corruptRow(place, "no contract or no encoding");
  if (sha256Hex(document) !== row.contract_digest) throw corruptRow(place, "another contract than its digest names");
  const contract = readRow(place, () => contractFromWire(jsonOf(document)));
  const registration: Registration = { contract, encoding: readRow(place, () => fieldOf(field)), encoderId };
  if (digestOfEncoding(registration) !== row.encoding_digest) throw corruptRow(place, "another encoding than its digest names");
  if (contract.serviceId !== row.service) throw corruptRow(place, "a contract of another service");
  return { kind, ...registration };
}

function digestOfEncoding({ encoderId, encoding }: Registration): string {
  return digest(["caio-enc-v1", encoderId, [...encoding]]);
}

function fieldOf(text: string): Field {
  const value = jsonOf(text);
  const numbers = Array.isArray(value) ? value.filter((part) => Number.isSafeInteger(part)) : [];
  if (!Array.isArray(value) || numbers.length !== value.length) throw new SyntaxError("not a list of integers");
  return numbers.map(Number);
}
