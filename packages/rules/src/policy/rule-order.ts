/** The order in which rules are looked at: priority descending, then id by UTF-16 code units. */
export function byPriority(a: { priority: number; id: string }, b: { priority: number; id: string }): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
