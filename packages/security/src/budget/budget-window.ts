import { CaioError } from "@caio/core";

/** The calendar windows over which a key's spending is limited, both in UTC. */
export const budgetWindows = ["day", "month"] as const;
export type BudgetWindow = (typeof budgetWindows)[number];

const DAY_MS = 86_400_000;
/** Years 1970 to 9999: what the windows' names can hold. */
const LAST_MS = 253_402_300_799_999;

/**
 * The name of the window that holds a time: `2025-11-24` or `2025-11`.
 *
 * @param now - milliseconds since 1970-01-01T00:00:00Z
 * @throws CaioError `NumberOutOfRange`
 */
export function windowName(window: BudgetWindow, now: number): string {
  if (!Number.isSafeInteger(now) || now < 0 || now > LAST_MS) {
    throw new CaioError("NumberOutOfRange", "now: expected whole milliseconds between 1970 and 9999.", {
      details: { at: "now" },
    });
  }
  const text = new Date(now - (now % DAY_MS)).toISOString();
  return text.slice(0, window === "day" ? 10 : 7);
}
