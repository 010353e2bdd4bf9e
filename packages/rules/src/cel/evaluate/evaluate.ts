import type { Frame } from "./frame.ts";
import type { Value } from "./value.ts";

/** A part of a condition, compiled. Pure and total: errors are values. */
export type Evaluate = (frame: Frame) => Value;
