import type { DecisionRow } from "./decision-row.ts";

/** Decisions that one page keeps at most: older ones are in the log, and asked for again. */
export const MOST_KEPT = 10_000;
/** Decisions of one page of the gateway: those that another look reads anew. */
export const LOOKED_AT = 200;

/**
 * The decisions that the page knows, the newest first, each once. A value: what is added makes another, so that what is drawn is never
 * half of a change.
 */
export class RecentDecisions {
  readonly rows: readonly DecisionRow[];
  /** Rows that were let go because there were too many. */
  readonly dropped: number;
  readonly #ids: ReadonlyMap<string, DecisionRow>;

  private constructor(rows: readonly DecisionRow[], dropped: number) {
    this.rows = rows;
    this.dropped = dropped;
    this.#ids = new Map(rows.map((row) => [row.id, row]));
  }

  static readonly none: RecentDecisions = new RecentDecisions([], 0);

  /**
   * With more decisions, in any order. Of one that is known already, what was read of it stands for what was only heard of it.
   * Decisions of one time stay in the order in which they came.
   */
  with(added: readonly DecisionRow[], most: number = MOST_KEPT): RecentDecisions {
    const newer = new Map<string, DecisionRow>();
    const changed = new Map<string, DecisionRow>();
    for (const row of added) {
      if (!this.#ids.has(row.id)) newer.set(row.id, row);
      else if (row.heard !== true) changed.set(row.id, row);
    }
    if (newer.size === 0 && changed.size === 0) return this;
    const kept = changed.size === 0 ? this.rows : this.rows.map((row) => changed.get(row.id) ?? row);
    const rows = merged([...newer.values()].sort((a, b) => b.at - a.at), kept);
    return new RecentDecisions(rows.slice(0, most), this.dropped + Math.max(0, rows.length - most));
  }

  /** Whether one of the newest may still be under way, so that it is worth another look. */
  get isBehind(): boolean {
    return this.rows.slice(0, LOOKED_AT).some(({ heard, outcome, measured }) => heard === true || (outcome === "chosen" && measured === null));
  }
}

/** Two lists, each with the newest first, as one. */
function merged(one: readonly DecisionRow[], other: readonly DecisionRow[]): DecisionRow[] {
  const rows: DecisionRow[] = [];
  let [a, b] = [0, 0];
  while (a < one.length || b < other.length) {
    const [next, old] = [one[a], other[b]];
    if (next !== undefined && (old === undefined || next.at >= old.at)) {
      rows.push(next);
      a++;
    } else if (old !== undefined) {
      rows.push(old);
      b++;
    }
  }
  return rows;
}
