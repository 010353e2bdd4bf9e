import type { DataRetention } from "@caio/contracts";

/** The longer of two retentions: none < session < days:N < indefinite (calculus §2). */
export function longerRetention(first: DataRetention, second: DataRetention): DataRetention {
  return rank(first) >= rank(second) ? first : second;
}

function rank(retention: DataRetention): number {
  if (retention === "none") return 0;
  if (retention === "session") return 1;
  if (retention === "indefinite") return Number.POSITIVE_INFINITY;
  const days = Number(retention.slice("days:".length));
  // What cannot be read counts as the longest.
  return Number.isSafeInteger(days) && days > 0 ? 1 + days : Number.POSITIVE_INFINITY;
}
