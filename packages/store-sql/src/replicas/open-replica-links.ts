import { CaioError } from "@caio/core";

import { readPlace, type PostgresPlace } from "../engine/postgres/postgres-place.ts";
import { readersOf } from "./instance-log.ts";
import { PostgresNews, type NewsListener } from "./postgres-news.ts";
import { SqlInstanceDirectory } from "./sql-instance-directory.ts";

/** How often what instances share has changed. */
export interface Revisions {
  readonly registry: number;
  readonly policies: number;
  readonly keys: number;
}

export interface ReplicaLinksOptions extends PostgresPlace {
  /** From 0 up to 1, for pauses between tries. */
  readonly chance: () => number;
}

/** By what an instance hears of the others, beside its stores. */
export interface ReplicaLinks {
  readonly news: {
    /** As they are committed when this is asked, or later. It fails within seconds where no answer comes. */
    revisions(): Promise<Revisions>;
    /** Listens from now on. @returns what ends it */
    listen(onNews: () => void, onLine: (connected: boolean) => void): () => Promise<void>;
  };
  readonly directory: SqlInstanceDirectory;
  close(): Promise<void>;
}

/**
 * The links of one instance to the others in PostgreSQL: news of what they change in registry, policies and keys (`LISTEN`, and revisions
 * that are counted in the transaction of each change), who they are, their logs, and what witnesses said. To be opened after the stores,
 * which make the schema.
 *
 * @throws CaioError `InvalidRequest` for a name that is none
 *
 * @example
 * ```ts
 * import { openReplicaLinks } from "@caio/store-sql";
 *
 * const links = openReplicaLinks({ database: "postgres://caio@127.0.0.1:5432/caio", instance: "eu_1", chance: Math.random });
 * const stop = links.news.listen(() => { console.log("somebody changed something"); }, () => undefined);
 * console.log(await links.news.revisions(), await links.directory.list());
 * await stop();
 * await links.close();
 * ```
 */
export function openReplicaLinks({ chance, ...where }: ReplicaLinksOptions): ReplicaLinks {
  const place = readPlace(where);
  // Anybody may ask who is there and who has witnessed what. However many do, they do not stand in the way of what an instance lives by.
  const [db, shown] = [readersOf(place, 2), readersOf(place, 2)];
  const directory = new SqlInstanceDirectory({ own: db, shown }, where);
  const listening = new Set<PostgresNews>();
  const stop = async (news: PostgresNews): Promise<void> => {
    listening.delete(news);
    await news.stop();
  };
  return {
    news: {
      revisions: async () => {
        const rows = await db.selectFrom("shared_revision").selectAll().execute();
        const of = (kind: keyof Revisions): number => rows.find((row) => row.kind === kind)?.revision ?? missing(kind);
        return { registry: of("registry"), policies: of("policies"), keys: of("keys") };
      },
      listen: (onNews, onLine) => {
        const listener: NewsListener = { onNews, onLine };
        const news = new PostgresNews(place, listener, chance);
        listening.add(news);
        return () => stop(news);
      },
    },
    directory,
    close: async () => {
      await Promise.all([...listening].map(stop));
      await directory.close();
      await Promise.all([db.destroy(), shown.destroy()]);
    },
  };
}

function missing(kind: string): never {
  throw new CaioError("IntegrityViolation", `Table shared_revision: found no row of ${kind}. Somebody changed the data: restore it from a copy.`, { details: { table: "shared_revision", row: kind, reason: "corrupt" } });
}
