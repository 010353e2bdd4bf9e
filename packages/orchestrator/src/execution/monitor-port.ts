import type { Candidate } from "@caio/contracts";
import type { MeasuredHealth } from "@caio/guarantees";

import type { Attempt } from "./orchestration.ts";

/**
 * Whoever watches the promises of services over many calls (calculus §7). Its word enters decisions only through H: it is asked when
 * H advances, and what it says is a part of that version. So a decision is replayed without it.
 */
export interface MonitorPort {
  /** An attempt of which something was sent, once its outcome is in the log. */
  observe(attempt: Attempt): void;
  /** What the pair's leaf of H is to say. */
  healthOf(pair: Candidate): MeasuredHealth;
}
