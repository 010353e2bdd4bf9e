import type { Evaluate } from "./evaluate.ts";
import { mismatch, noBool, noChoice } from "./mismatch.ts";

/** False on either side decides, whatever the other is; else the first error. */
export function and(left: Evaluate, right: Evaluate): Evaluate {
  return (frame) => {
    const first = left(frame);
    if (first === false) return false;
    const second = right(frame);
    if (second === false) return false;
    if (first !== true) return noBool(first);
    return second === true || noBool(second);
  };
}

/** True on either side decides, whatever the other is; else the first error. */
export function or(left: Evaluate, right: Evaluate): Evaluate {
  return (frame) => {
    const first = left(frame);
    if (first === true) return true;
    const second = right(frame);
    if (second === true) return true;
    if (first !== false) return noBool(first);
    return second === false ? false : noBool(second);
  };
}

export function not(operand: Evaluate): Evaluate {
  return (frame) => {
    const value = operand(frame);
    return typeof value === "boolean" ? !value : mismatch("!_", value);
  };
}

/** Evaluates the branch that is taken, and no other. */
export function choose(test: Evaluate, yes: Evaluate, no: Evaluate): Evaluate {
  return (frame) => {
    const value = test(frame);
    if (value === true) return yes(frame);
    return value === false ? no(frame) : noChoice(value);
  };
}
