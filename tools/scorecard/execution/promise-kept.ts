import { effectiveContract } from "@caio/contracts";
import type { Succeeded } from "@caio/orchestrator";

import { judgement, type Judgement } from "../engine/check.ts";
import { overlooking } from "./lenient-enforcer.ts";
import type { ObservedCall } from "./restless-executor.ts";
import type { Trial, TrialCheck } from "./trial.ts";

const withoutDeadline = overlooking((promise) => ({ ...promise, deadlineUs: Number.MAX_SAFE_INTEGER }));
const withoutTokenCap = overlooking((promise) => ({ ...promise, maxOutputTokens: null, costCapMicros: null }));

/** INV-CAIO-0005: a result returned as a success came in time, with the schema and within the tokens that γ promised. */
export const promiseKept: TrialCheck = {
  name: "promise-kept",
  judge: (trial) => onSuccess(trial, (success, call) => {
    const { perCall } = success.decision.outcome.promise;
    if (call.latencyUs > (perCall.deadlineUs ?? call.call.deadlineUs)) return { violation: "the result came too late" };
    if (!isAnswer(success.output)) return { violation: "the result has another shape" };
    const most = perCall.maxOutputTokens;
    if (most !== null && call.outputTokens > most) return { violation: "the result used more tokens" };
    return judgement(JSON.stringify(call.output) === JSON.stringify(success.output), () => "the result is not what the service gave");
  }),
  faults: {
    "waits-for-ever": withoutDeadline,
    "takes-any-shape": overlooking((promise) => ({ ...promise, outputSchemaDigest: null })),
    "counts-no-tokens": withoutTokenCap,
  },
};

/** INV-CAIO-0006, what is measured: latency and cost of a success, from what the service really did, within the bounds. */
export const measuredBounds: TrialCheck = {
  name: "measured-bounds",
  judge: (trial) => onSuccess(trial, (success, call) => {
    const { deadlineUs, costCapMicros } = success.decision.outcome.promise.perCall;
    if (call.latencyUs > Math.min(deadlineUs ?? Infinity, call.call.deadlineUs)) return { violation: "it took longer than allowed" };
    const cost = leastCostMicros(call);
    return judgement(costCapMicros === null || cost <= costCapMicros, () => "it cost more than reserved");
  }),
  faults: { "measures-no-latency": withoutDeadline, "measures-no-cost": withoutTokenCap },
};

/** A request that ended in no success shows that what broke the promise was not returned, if a service broke it. */
function onSuccess({ orchestration, calls }: Trial, judge: (success: Succeeded, call: ObservedCall) => Judgement): Judgement {
  if (orchestration.kind !== "success") return calls.some(brokeItsPromise) ? "holds" : "vacuous";
  const call = calls.at(-1);
  return call === undefined ? { violation: "a success without a call" } : judge(orchestration, call);
}

function brokeItsPromise({ behaviour, call, latencyUs, output, outputTokens }: ObservedCall): boolean {
  if (behaviour === "throws" || latencyUs > call.deadlineUs || !isAnswer(output)) return true;
  return call.maxOutputTokens !== undefined && outputTokens > call.maxOutputTokens;
}

/** What the tokens alone cost, in the contract's currency; a contract in another currency than the cap's is left out. */
function leastCostMicros({ call, outputTokens }: ObservedCall): number {
  const cost = effectiveContract(call.contract, call.model)?.cost;
  if (cost?.currency !== "USD") return 0;
  return Number((BigInt(cost.basePico) + BigInt(cost.outputTokenPico) * BigInt(outputTokens)) / 1_000_000n);
}

function isAnswer(output: unknown): boolean {
  if (typeof output !== "object" || output === null || Array.isArray(output)) return false;
  return Object.keys(output).join() === "answer" && typeof Object.values(output)[0] === "string";
}
