import { digest, isCaioError, type JsonValue } from "@caio/core";
import { GuaranteeEnforcer, type EnforcedCall, type Enforcement, type PerCallPromise, type Run } from "@caio/guarantees";
import { digestPayload, verifyIntegrity } from "@caio/security";

import { Dice } from "../../worlds/random/dice.ts";
import type { Finding, Property, RunTerms } from "../property.ts";
import { VirtualClock } from "./virtual-clock.ts";

const PROMISE: PerCallPromise = { deadlineUs: 1_000_000, maxOutputTokens: null, costCapMicros: null, outputSchemaDigest: null, integrity: "sha256" };

/** What watches over a payload on its way: the enforcer of a call, and the two ends of a transport. */
interface Guard {
  readonly enforce: (call: EnforcedCall, run: Run, clock: VirtualClock) => Promise<Enforcement>;
  readonly accepts: (sent: JsonValue, arrived: JsonValue) => boolean;
}

const sound: Guard = {
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

const faults: Readonly<Record<string, Guard>> = {
  "hashes-a-copy": { ...sound, enforce: (call, run, clock) => sound.enforce({ ...call, payload: structuredClone(call.payload) }, run, clock) },
  "names-another-result": {
    ...sound,
    enforce: async (call, run, clock) => ({ ...(await sound.enforce(call, run, clock)), resultDigest: digest(null) }),
  },
  "compares-lengths": { ...sound, accepts: (sent, arrived) => JSON.stringify(sent).length === JSON.stringify(arrived).length },
};

/**
 * INV-CAIO-SEC-0006: a payload that was changed on its way is not accepted, a call during which it was changed returns no
 * result, and a result is named by the digest of what was received.
 */
export const dataIntegrity: Property = {
  name: "data-integrity",
  faults: Object.keys(faults),
  run: async ({ seed, cases, fault }: RunTerms): Promise<Finding> => {
    const guard = (fault === undefined ? undefined : faults[fault]) ?? sound;
    for (let at = 0; at < cases; at++) {
      const violation = await violationOf(new Dice(seed + at), guard);
      if (violation !== undefined) return { cases: at, violation: `seed ${String(seed + at)}: ${violation}` };
    }
    return { cases };
  },
};

async function violationOf(dice: Dice, guard: Guard): Promise<string | undefined> {
  const payload = { items: Array.from({ length: dice.int(1, 5) }, () => dice.int(10, 99)), text: dice.hex().slice(0, dice.int(0, 8)) };
  const sent = structuredClone(payload);
  const at = dice.int(0, payload.items.length - 1);
  const changed = { ...sent, items: sent.items.map((item, index) => (index === at ? 109 - item : item)) };
  if (!guard.accepts(sent, { text: sent.text, items: sent.items })) return "an unchanged payload was refused";
  if (guard.accepts(sent, changed)) return "a changed payload was accepted";
  const tampers = dice.chance(50);
  const clock = new VirtualClock();
  const call = { service: "s", model: null, payload };
  const ended = await clock.drive(
    guard.enforce(
      call,
      () => {
        if (tampers) payload.items[at] = changed.items[at] ?? 0;
        return { output: { text: sent.text } };
      },
      clock,
    ),
  );
  if (tampers) {
    const refused = ended.status === "violation" && ended.error.code === "IntegrityViolation";
    return refused ? undefined : "a result was returned although the payload was changed";
  }
  if (ended.status !== "success") return `an honest call ended in ${ended.status}`;
  return ended.resultDigest === digest({ text: sent.text }) ? undefined : "the result is named by another digest";
}
