import type { Request } from "@caio/contracts";
import type { Weights } from "@caio/rules";

import type { DecisionInputs } from "../inputs/decision-inputs.ts";

/** One demand left out, all else as it was. */
export interface DroppedDemand {
  readonly kind: "capability" | "guarantee" | "constraint" | "privacy" | "limit" | "rule";
  /** Where it stands: a path of the request, or of the policy named first, such as `house: rules.no-previews`. */
  readonly place: string;
  readonly words: string;
}

/** One weight of the score at another value, micros. */
export interface ChangedWeight {
  readonly kind: "weight";
  readonly name: keyof Weights;
  readonly from: number;
  readonly to: number;
}

export type SingleChange = DroppedDemand | ChangedWeight;

/** What a decision would have been made from after one change. */
export interface ChangedWorld<Change extends SingleChange = SingleChange> {
  readonly change: Change;
  readonly request: Request;
  readonly inputs: DecisionInputs;
}

/** The object without a key that it need not have. */
export function without<T extends object>(value: T, key: { [K in keyof T]-?: undefined extends T[K] ? K : object extends Pick<T, K> ? K : never }[keyof T]): T {
  const copy = { ...value };
  Reflect.deleteProperty(copy, key);
  return copy;
}

/** The list without the item at an index. */
export function withoutItem<T>(list: readonly T[], index: number): readonly T[] {
  return list.filter((_, at) => at !== index);
}
