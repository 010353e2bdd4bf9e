import type { WitnessMemory } from "@caio/traceability";

import type { InstanceDirectory } from "./instance-directory.ts";
import type { SharedNews } from "./shared-news.ts";
import type { SharedRates } from "./shared-rates.ts";

/** What a gateway is given that shares registry, policies, keys and budgets with others. */
export interface ReplicaPorts {
  /** Its name among them. */
  readonly instance: string;
  readonly news: SharedNews;
  readonly directory: InstanceDirectory;
  /** Counts requests over all instances; absent: each counts its own. */
  readonly rates?: SharedRates;
  /** What it has vouched for, kept apart from the database. */
  readonly witnessed: WitnessMemory;
  /** From 0 up to 1, for jitter. */
  readonly chance: () => number;
}
