import type { Evaluate } from "./evaluate.ts";
import { CelFault } from "./fault.ts";
import { mismatch } from "./mismatch.ts";
import { equals, holds, isList, type Value } from "./value.ts";

/** @param wanted - what the result is where the two are equal: true for `==`, false for `!=` */
export function equal(left: Evaluate, right: Evaluate, wanted: boolean): Evaluate {
  return (frame) => {
    const a = left(frame);
    if (a instanceof CelFault) return a;
    const b = right(frame);
    if (b instanceof CelFault) return b;
    return (a === b || equals(a, b)) === wanted;
  };
}

/** The same where one side is a bool, an int or a text that is written out. */
export function equalTo(operand: Evaluate, literal: Value, wanted: boolean): Evaluate {
  return (frame) => {
    const value = operand(frame);
    if (value === literal) return wanted;
    return value instanceof CelFault ? value : !wanted;
  };
}

export function isIn(item: Evaluate, list: Evaluate): Evaluate {
  return (frame) => {
    const value = item(frame);
    if (value instanceof CelFault) return value;
    const items = list(frame);
    if (isList(items)) return holds(items, value);
    // A map asks for its keys, which are texts.
    if (items instanceof Map && value !== null && typeof value !== "object") return items.has(value);
    return mismatch("@in", value, items);
  };
}
