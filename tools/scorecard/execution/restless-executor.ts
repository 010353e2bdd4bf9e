import type { ServiceCall, ServiceExecutor, ServiceHealth, ServiceResult } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";

import type { Dice } from "../../worlds/random/dice.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a service of the trials really did, whatever was made of it. */
export interface ObservedCall {
  readonly call: ServiceCall;
  readonly behaviour: Behaviour;
  readonly startedUs: number;
  readonly latencyUs: number;
  readonly output: JsonValue;
  readonly outputTokens: number;
}

export type Behaviour = (typeof BEHAVIOURS)[number];

const BEHAVIOURS = ["answers", "answers", "answers", "tarries", "answers-otherwise", "says-too-much", "throws", "hangs"] as const;

/** What every service of the trials promises to answer. */
export const ANSWER_SCHEMA = {
  type: "object",
  required: ["answer"],
  properties: { answer: { type: "string" } },
  additionalProperties: false,
} as const;

/** Services that keep their word, are late, answer something else, say too much, throw or never answer. */
export class RestlessExecutor implements ServiceExecutor {
  readonly protocols = ["http"] as const;
  readonly calls: ObservedCall[] = [];
  readonly #clock: VirtualClock;
  readonly #dice: Dice;

  constructor(clock: VirtualClock, dice: Dice) {
    this.#clock = clock;
    this.#dice = dice;
  }

  async execute(call: ServiceCall): Promise<ServiceResult> {
    const behaviour = this.#dice.pick(BEHAVIOURS);
    const startedUs = this.#clock.nowUs();
    const lateness = behaviour === "tarries" ? this.#dice.int(0, 2) * 1_000 : -this.#dice.int(1, 1_000);
    const latencyUs = behaviour === "hangs" ? Infinity : Math.max(1, call.deadlineUs + lateness);
    const output = behaviour === "answers-otherwise" ? this.#dice.pick<JsonValue>([{}, { answer: 7 }, "text", null]) : { answer: "yes" };
    const most = call.maxOutputTokens ?? 100;
    const outputTokens = behaviour === "says-too-much" ? most * 100 + 1 : most;
    this.calls.push({ call, behaviour, startedUs, latencyUs, output, outputTokens });
    if (behaviour === "hangs") return new Promise(() => undefined);
    await this.#clock.after(latencyUs);
    if (behaviour === "throws") throw new CaioError("ExecutionFailed", "The service failed.");
    return { output, usage: { inputTokens: 1, outputTokens } };
  }

  health(): Promise<ServiceHealth> {
    return Promise.resolve({ healthy: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
