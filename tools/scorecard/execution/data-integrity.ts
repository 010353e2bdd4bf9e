import { digest } from "@caio/core";

import { judgement, type Check, type Judgement } from "../engine/check.ts";
import { soundGuard, type Guard, type GuardedPayload } from "./guarded-payload.ts";
import { VirtualClock } from "./virtual-clock.ts";

/**
 * INV-CAIO-SEC-0006: a payload that was changed on its way is not accepted, a call during which it was changed returns no
 * result, and a result is named by the digest of what was received.
 */
export const dataIntegrity: Check<GuardedPayload, Guard> = {
  name: "data-integrity",
  judge: async (sent) => {
    const { payload, change, guard } = sent;
    const changed = { ...payload, items: payload.items.map((item, index) => (index === change.at ? change.to : item)) };
    if (!guard.accepts(payload, { text: payload.text, items: [...payload.items] })) return { violation: "an unchanged payload was refused" };
    if (guard.accepts(payload, changed)) return { violation: "a changed payload was accepted" };
    return afterCall(sent);
  },
  faults: {
    "hashes-a-copy": { ...soundGuard, enforce: (call, run, clock) => soundGuard.enforce({ ...call, payload: structuredClone(call.payload) }, run, clock) },
    "names-another-result": {
      ...soundGuard,
      enforce: async (call, run, clock) => ({ ...(await soundGuard.enforce(call, run, clock)), resultDigest: digest(null) }),
    },
    "compares-lengths": { ...soundGuard, accepts: (sent, arrived) => JSON.stringify(sent).length === JSON.stringify(arrived).length },
  },
};

async function afterCall({ payload, change, tampers, guard }: GuardedPayload): Promise<Judgement> {
  const clock = new VirtualClock();
  const run = (): { readonly output: { readonly text: string } } => {
    if (tampers) payload.items[change.at] = change.to;
    return { output: { text: payload.text } };
  };
  const ended = await clock.drive(guard.enforce({ service: "s", model: null, payload }, run, clock));
  if (tampers) {
    const refused = ended.status === "violation" && ended.error.code === "IntegrityViolation";
    return judgement(refused, () => "a result was returned although the payload was changed");
  }
  if (ended.status !== "success") return { violation: `an honest call ended in ${ended.status}` };
  return judgement(ended.resultDigest === digest({ text: payload.text }), () => "the result is named by another digest");
}
