import type { ConditionValues } from "../cel-program.ts";
import { factsOf, readFacts, type Facts, type Root } from "./facts.ts";
import type { Value } from "./value.ts";

/** What a compiled condition runs on: the data by slot, and the items that macros around it stand at. */
export interface Frame {
  readonly request: readonly Value[];
  readonly service: readonly Value[];
  readonly model: readonly Value[];
  /** The same for all frames of one request. */
  readonly turn: number;
  /** By nesting, the outermost first. */
  readonly items: Value[];
  /** Present if some path cannot be read: each condition must then ask for its own. */
  readonly unreadable?: Readonly<Record<Root, Facts["unreadable"]>>;
}

export function frameOf(values: ConditionValues): Frame {
  return frameWith(readFacts("request", values.request), values);
}

/** A frame for a request that was read already. */
export function frameWith(request: Facts, values: Omit<ConditionValues, "request">): Frame {
  const service = factsOf("service", values.service);
  const model = factsOf("model", values.model);
  const frame = { request: request.slots, service: service.slots, model: model.slots, turn: request.turn, items: [] };
  if (request.unreadable === undefined && service.unreadable === undefined && model.unreadable === undefined) return frame;
  return { ...frame, unreadable: { request: request.unreadable, service: service.unreadable, model: model.unreadable } };
}
