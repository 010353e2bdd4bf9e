import { createHash } from "node:crypto";

import { systemClock, type GatewayPorts } from "@caio/gateway";

/** Time and chance of a gateway that is filled: they go on by themselves in no way, so that the same filling gives the same decisions. */
export interface SteppedTime extends Pick<GatewayPorts, "clock" | "door"> {
  /** Lets time pass, microseconds. */
  readonly pass: (us: number) => void;
  /** From here on time is the machine's, and goes on from where it stood. */
  readonly release: () => void;
}

/** @param start - milliseconds since 1970 */
export function steppedTime(start: number, seed: string): SteppedTime {
  let passed = 0;
  let releasedAt: number | undefined;
  let keys = 0;
  const nowUs = (): number => passed + (releasedAt === undefined ? 0 : systemClock.nowUs() - releasedAt);
  return {
    clock: { ...systemClock, nowUs },
    door: { now: () => start + Math.floor(nowUs() / 1000), freshKey: () => createHash("sha256").update(`${seed} ${String(keys++)}`).digest("hex") },
    pass: (us) => { passed += us; },
    release: () => { releasedAt ??= systemClock.nowUs(); },
  };
}
