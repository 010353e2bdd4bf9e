import { randomBytes } from "node:crypto";
import process from "node:process";

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** This machine's monotonic clock, microseconds; what `Clock` of guarantees asks for. */
export interface SystemClock {
  nowUs(): number;
  /** Wakes once, no earlier than the delay. @returns what cancels it */
  setTimer(delayUs: number, wake: () => void): () => void;
}

export const systemClock: SystemClock = {
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

/** The time of this machine, milliseconds since 1970-01-01T00:00:00Z, and fresh keys; what `Door` of the orchestrator asks for. */
export interface SystemDoor {
  now(): number;
  /** 64 hex digits from the system's cryptographic source. */
  freshKey(): string;
}

export const systemDoor: SystemDoor = { now: () => Date.now(), freshKey: () => randomBytes(32).toString("hex") };
