import type { Kysely, Transaction } from "kysely";

import { listed } from "../engine/insert-rows.ts";
import type { Tables } from "../schema/tables.ts";

/** The newest versions are always kept: a decision under way may stand on one that is the newest no more. */
const NEWEST = 16;
/** Versions that are looked at together. */
const PAGE = 64;
/** Leaves that one step looks at, unless a single version changed more. */
const STEP_LEAVES = 128;

/** The next versions of H after one, and which of them no decision since a time stands on; `undefined` at the end. */
export async function unusedVersions(db: Kysely<Tables>, after: number, since: number): Promise<{ readonly last: number; readonly unused: readonly number[] } | undefined> {
  const newest = await db.selectFrom("history_version").select("version").where("removed", "is", null).orderBy("version", "desc").offset(NEWEST).limit(1).executeTakeFirst();
  if (newest === undefined) return undefined;
  const rows = await db.selectFrom("history_version").select("version").where("removed", "is", null).where("version", ">", after).where("version", "<=", newest.version).orderBy("version").limit(PAGE).execute();
  const versions = rows.map(({ version }) => version);
  const last = versions.at(-1);
  if (last === undefined) return undefined;
  const used = await db.selectFrom("log_entry").select("history").distinct().where("history", "in", listed(versions)).where("time", ">=", since).execute();
  const names = new Set(used.map(({ history }) => history));
  return { last, unused: versions.filter((version) => !names.has(version)) };
}

/** Cuts versions into steps that change few leaves. */
export async function stepsOf(db: Kysely<Tables>, versions: readonly number[]): Promise<readonly (readonly number[])[]> {
  if (versions.length === 0) return [];
  const rows = await db.selectFrom("history_leaf").select(({ fn }) => ["version", fn.countAll<number>().as("leaves")]).where("version", "in", listed(versions)).groupBy("version").execute();
  const leavesOf = new Map(rows.map(({ version, leaves }) => [version, leaves]));
  const steps: number[][] = [];
  let leaves = Number.POSITIVE_INFINITY;
  for (const version of versions) {
    const own = leavesOf.get(version) ?? 0;
    leaves += own;
    if (leaves > STEP_LEAVES) {
      steps.push([]);
      leaves = own;
    }
    steps.at(-1)?.push(version);
  }
  return steps;
}

/**
 * Removes versions, and of the leaves those that no version shows any more: a leaf holds from its version on until the next leaf of its
 * pair, so one between two versions that are there goes. What is left of a version while others show its leaves is a row that says so.
 *
 * @param versions - ascending; a newer one must be there
 */
export async function removeVersions(tx: Transaction<Tables>, versions: readonly number[]): Promise<readonly number[]> {
  const [first] = versions;
  const last = versions.at(-1);
  if (first === undefined || last === undefined) return [];
  await tx.updateTable("history_version").set({ removed: 1 }).where("version", "in", listed(versions)).execute();
  const next = await tx.selectFrom("history_version").select("version").where("removed", "is", null).where("version", ">", last).orderBy("version").limit(1).executeTakeFirstOrThrow();
  await removeHidden(tx, { first, next: next.version });
  await removeEnds(tx, { first, next: next.version });
  await removeBare(tx, next.version);
  return versions;
}

/** From the first version that was removed to the next that is there: whatever hides a leaf of these changes it within. */
interface Gap {
  readonly first: number;
  readonly next: number;
}

/** Removes leaves that no version shows. The leaves that follow them say which they can be. */
async function removeHidden(tx: Transaction<Tables>, { first, next }: Gap): Promise<void> {
  const successors = tx
    .selectFrom("history_leaf as successor")
    .innerJoin("history_leaf as hidden", (join) =>
      join
        .onRef("hidden.service", "=", "successor.service")
        .onRef("hidden.model", "=", "successor.model")
        .on("hidden.version", "=", (eb) =>
          eb
            .selectFrom("history_leaf as older")
            .select(({ fn }) => fn.max("older.version").as("newest"))
            .whereRef("older.service", "=", "successor.service")
            .whereRef("older.model", "=", "successor.model")
            .whereRef("older.version", "<", "successor.version"),
        ),
    )
    .where("successor.version", ">", first)
    .where("successor.version", "<=", next)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("history_version as shows")
            .select("shows.version")
            .where("shows.removed", "is", null)
            .whereRef("shows.version", ">=", "hidden.version")
            .whereRef("shows.version", "<", "successor.version"),
        ),
      ),
    );
  const hidden = successors.select(["hidden.service", "hidden.model", "hidden.version"]).$asTuple("service", "model", "version");
  await tx.deleteFrom("history_leaf").where((eb) => eb(eb.refTuple("service", "model", "version"), "in", hidden)).execute();
}

/** Where a pair went away and nothing older is left of it, that says nothing any more. */
async function removeEnds(tx: Transaction<Tables>, { first, next }: Gap): Promise<void> {
  await tx
    .deleteFrom("history_leaf")
    .where("leaf", "is", null)
    .where("version", ">=", first)
    .where("version", "<=", next)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("history_leaf as older")
            .select("older.version")
            .whereRef("older.service", "=", "history_leaf.service")
            .whereRef("older.model", "=", "history_leaf.model")
            .whereRef("older.version", "<", "history_leaf.version"),
        ),
      ),
    )
    .execute();
}

/** Removes what is left of versions of which no leaf is left. */
async function removeBare(tx: Transaction<Tables>, below: number): Promise<void> {
  await tx
    .deleteFrom("history_version")
    .where("removed", "is not", null)
    .where("version", "<", below)
    .where((eb) => eb.not(eb.exists(eb.selectFrom("history_leaf as each").select("each.version").whereRef("each.version", "=", "history_version.version"))))
    .execute();
}
