/**
 * What a parameter of a capability holds: a word or flag, a set, or a closed interval of micros.
 * A number in a file is the interval of that one number.
 */
export type ParameterValue = string | boolean | readonly string[] | ParameterInterval;

/** A closed interval of micros. `targetMicros` informs and is never compared. An absent end is unbounded. */
export interface ParameterInterval {
  readonly minMicros?: number;
  readonly maxMicros?: number;
  readonly targetMicros?: number;
}

/** Something a service can do, or is asked to do: a dotted path such as `inference.chat`, with parameters. */
export interface Capability {
  readonly type: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** Alternatives of which one must be offered. An all-of requirement is a list of groups. */
export interface CapabilityGroup {
  readonly anyOf: readonly Capability[];
}
