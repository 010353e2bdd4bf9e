import { isCaioError, type JsonValue } from "@caio/core";
import { GuaranteeEnforcer, type EnforcedCall, type Enforcement, type PerCallPromise, type Run } from "@caio/guarantees";
import { digestPayload, verifyIntegrity } from "@caio/security";

import { Dice } from "../../worlds/random/dice.ts";
import type { Made, Seeds } from "../engine/check-group.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const PROMISE: PerCallPromise = { deadlineUs: 1_000_000, maxOutputTokens: null, costCapMicros: null, outputSchemaDigest: null, integrity: "sha256" };

/** What watches over a payload on its way: the enforcer of a call, and the two ends of a transport. */
export interface Guard {
  readonly enforce: (call: EnforcedCall, run: Run, clock: VirtualClock) => Promise<Enforcement>;
  readonly accepts: (sent: JsonValue, arrived: JsonValue) => boolean;
}

/** The packages as they are. */
export const soundGuard: Guard = {
  enforce: (call, run, clock) => new GuaranteeEnforcer({ clock }).enforce(call, PROMISE, run),
  accepts: (sent, arrived) => {
    try {
      verifyIntegrity(digestPayload(sent), arrived);
      return true;
    } catch (error) {
      if (isCaioError(error, "IntegrityViolation")) return false;
      throw error;
    }
  },
};

/** A payload that goes out under a guard, and what becomes of it on the way. */
export interface GuardedPayload {
  readonly payload: { readonly text: string; readonly items: number[] };
  /** The item that is changed, and what it becomes. */
  readonly change: { readonly at: number; readonly to: number };
  /** Whether it is changed during the call as well. */
  readonly tampers: boolean;
  readonly guard: Guard;
}

/** Random payloads. */
export function* guardedPayloads({ from, count }: Seeds, guard: Guard = soundGuard): Generator<Made<GuardedPayload>> {
  for (let seed = from; seed < from + count; seed++) {
    const dice = new Dice(seed);
    const items = Array.from({ length: dice.int(1, 5) }, () => dice.int(10, 99));
    const text = dice.hex().slice(0, dice.int(0, 8));
    const at = dice.int(0, items.length - 1);
    const change = { at, to: 109 - (items[at] ?? 0) };
    yield { seed, one: { payload: { text, items }, change, tampers: dice.chance(50), guard } };
  }
}
