import type { Evaluate } from "./evaluate.ts";
import { methodMismatch, mismatch } from "./mismatch.ts";
import { isList } from "./value.ts";

const tests = {
  startsWith: (text: string, part: string): boolean => text.startsWith(part),
  endsWith: (text: string, part: string): boolean => text.endsWith(part),
  contains: (text: string, part: string): boolean => text.includes(part),
};

export function textTest(name: keyof typeof tests, subject: Evaluate, part: Evaluate): Evaluate {
  const test = tests[name];
  return (frame) => {
    const text = subject(frame);
    const piece = part(frame);
    return typeof text === "string" && typeof piece === "string" ? test(text, piece) : methodMismatch(name, text, piece);
  };
}

/** Items, or code points. @param isMethod - `x.size()`, not `size(x)`: messages tell them apart */
export function size(operand: Evaluate, isMethod: boolean): Evaluate {
  return (frame) => {
    const value = operand(frame);
    if (isList(value)) return value.length;
    if (typeof value === "string") return codePoints(value);
    if (value instanceof Map) return value.size;
    return isMethod ? methodMismatch("size", value) : mismatch("size", value);
  };
}

function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    // The first half of a pair takes its second half with it; a half alone counts as one.
    if ((text.codePointAt(at) ?? 0) > 0xffff) at++;
    count++;
  }
  return count;
}
