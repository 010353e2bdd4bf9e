import process from "node:process";

import type { Clock } from "@caio/guarantees";
import type { Door } from "@caio/orchestrator";

import { freshDecisionKey } from "./decision-key.ts";

/** The monotonic clock of this machine. */
export const systemClock: Clock = {
  nowUs: () => Number(process.hrtime.bigint() / 1000n),
  setTimer: (delayUs, wake) => {
    const timer = setTimeout(wake, Math.ceil(delayUs / 1000));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** The time of this machine, and fresh keys. */
export const systemDoor: Door = { now: () => Date.now(), freshKey: freshDecisionKey };
