import type { JsonObject } from "@caio/core";

import type { CompiledRule } from "./compiled-rule.ts";
import type { RuleAction } from "./satisfies-rule-action.ts";

/** Candidates of which something is kept, a byte a rule: what lives as long as the policy must have an end. */
const MAX_KEPT = 32_768;
/** Nothing is known yet; also of what rejects, whose words are made anew each time. */
const OPEN = 0;
const SATISFIED = 1;
const PREFERS = 2;

/** One byte for each rule, by its position, for one service and model. */
interface Settled {
  readonly model: JsonObject;
  readonly codes: Uint8Array;
}

/**
 * What rules that never ask for the request have said of a candidate: it stays so for as long as its views, so each of them is evaluated
 * once for a candidate and not once for a request.
 */
export class SettledRules {
  readonly #asksRequest: readonly boolean[];
  readonly #byService = new WeakMap<JsonObject, Settled>();
  #kept = 0;

  constructor(rules: readonly CompiledRule[]) {
    this.#asksRequest = rules.map(({ effect }) => effect.kind === "oblige" || effect.condition.paths.some((path) => path.startsWith("request")));
  }

  /** What is known of a candidate, to be read and completed with `actionOf` and `settle`. */
  of(service: JsonObject, model: JsonObject): Uint8Array {
    const known = this.#byService.get(service);
    if (known?.model === model) return known.codes;
    const codes = new Uint8Array(this.#asksRequest.length);
    if (this.#kept >= MAX_KEPT) return codes;
    this.#kept += 1;
    this.#byService.set(service, { model, codes });
    return codes;
  }

  settle(codes: Uint8Array, position: number, action: RuleAction): void {
    if (action.satisfied && this.#asksRequest[position] === false) codes[position] = action.preferMicros === 0 ? SATISFIED : PREFERS;
  }
}

/** True if the rule at this position is known to be satisfied and to prefer nothing. */
export function isSatisfied(codes: Uint8Array, position: number): boolean {
  return codes[position] === SATISFIED;
}

/** True if it must be evaluated. */
export function isOpen(codes: Uint8Array, position: number): boolean {
  return (codes[position] ?? OPEN) === OPEN;
}
