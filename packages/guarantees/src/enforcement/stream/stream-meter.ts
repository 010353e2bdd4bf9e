import { createHash } from "node:crypto";

import { canonicalJson, type Digest } from "@caio/core";
import type { ServiceResult } from "@caio/contracts";

import type { EnforcedCall, StreamMeasurement } from "../enforcement.ts";
import type { PerCallPromise } from "../promise-of.ts";
import type { Violation } from "../verdict.ts";
import type { ReceivedDelta } from "./read-event.ts";

/** Counts a stream as it passes, in constant memory. */
export class StreamMeter {
  readonly #call: EnforcedCall;
  readonly #promise: PerCallPromise;
  /** Of the canonical JSON of the list of deltas, as far as it is known. */
  readonly #hash = createHash("sha256");
  #digest: Digest | undefined;
  #deltas = 0;
  #tokens = 0;
  #firstDeltaUs: number | undefined;

  constructor(call: EnforcedCall, promise: PerCallPromise) {
    this.#call = call;
    this.#promise = promise;
  }

  get deltas(): number {
    return this.#deltas;
  }

  /**
   * Takes a delta, unless with it the tokens or the cost pass their cap: then it is not to be given.
   *
   * @throws CaioError `NotCanonical` for what canonical JSON cannot hold, and what `costOf` throws.
   */
  take(delta: ReceivedDelta, latencyUs: number): Violation | undefined {
    const text = canonicalJson(delta.value);
    const tokens = this.#tokens + delta.outputTokens;
    const { maxOutputTokens } = this.#promise;
    if (maxOutputTokens !== null && tokens > maxOutputTokens) return over("max_output_tokens", tokens, maxOutputTokens);
    const { costCapMicros } = this.#promise;
    // What it costs at least: nothing is known of the input yet.
    const cost = costCapMicros === null ? undefined : this.#call.costOf?.({ inputTokens: 0, outputTokens: tokens }, latencyUs);
    if (costCapMicros !== null && cost !== undefined && cost > costCapMicros) return over("cost_cap_micros", cost, costCapMicros);
    this.#hash.update(this.#deltas === 0 ? "[" : ",").update(text);
    this.#tokens = tokens;
    this.#deltas += 1;
    this.#firstDeltaUs ??= latencyUs;
    return undefined;
  }

  /** Of the list of deltas taken. Nothing can be taken afterwards. */
  digest(): Digest {
    this.#digest ??= this.#hash.update(this.#deltas === 0 ? "[]" : "]").digest("hex");
    return this.#digest;
  }

  measurement(usage?: ServiceResult["usage"]): StreamMeasurement {
    const said = usage?.outputTokens;
    return {
      deltas: this.#deltas,
      ...(this.#firstDeltaUs === undefined ? {} : { firstDeltaUs: this.#firstDeltaUs }),
      outputTokens: said === undefined ? { count: this.#tokens, measure: "at_least" } : { count: said, measure: "said" },
    };
  }
}

function over(property: string, measured: number, cap: number): Violation {
  const reason = `Measured at least ${String(measured)}, promised at most ${String(cap)}; the stream was stopped there.`;
  return { property, promised: cap, measured, reason };
}
