import { randomBytes } from "node:crypto";
import process from "node:process";

import type { Clock } from "@caio/guarantees";
import type { Door } from "@caio/orchestrator";

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The monotonic clock of this machine. */
export const systemClock: Clock = {
  nowUs: () => Number(process.hrtime.bigint() / 1000n),
  setTimer: (delayUs, wake) => {
    let timer: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
      timer = setTimeout(() => {
        if (leftMs > stepMs) arm(leftMs - stepMs);
        else wake();
      }, stepMs);
    };
    arm(Math.ceil(delayUs / 1000));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** The time of this machine, and fresh keys. */
export const systemDoor: Door = { now: () => Date.now(), freshKey: () => randomBytes(32).toString("hex") };
