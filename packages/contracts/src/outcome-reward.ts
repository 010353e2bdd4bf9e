import { MICRO } from "@caio/core";

import type { Outcome } from "./history.ts";

/**
 * What the end of an attempt alone teaches, micros: 1 000 000 for a success, −1 000 000 for anything else, 0 for what says nothing of the
 * service. It is a word on reliability; what an answer was worth, feedback says later (`FeedbackBody` in traceability).
 */
export function outcomeRewardMicros(status: Outcome["status"]): number {
  if (status === "cancelled") return 0;
  return status === "success" ? MICRO : -MICRO;
}
