import type { Evaluate } from "./evaluate.ts";
import { mismatch } from "./mismatch.ts";
import { int64, isInt, isList, type Value } from "./value.ts";

type Binary = (left: Evaluate, right: Evaluate) => Evaluate;

/** What cannot be done in 53 bits is done in as many as it takes, and must then fit into 64. */
export const arithmetic: Readonly<Record<"+" | "-" | "*", Binary>> = {
  "+": (left, right) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a !== "number" || typeof b !== "number") return widely("_+_", a, b, (x, y) => x + y);
    const sum = a + b;
    return Number.isSafeInteger(sum) ? sum : int64(BigInt(a) + BigInt(b), "_+_");
  },
  "-": (left, right) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a !== "number" || typeof b !== "number") return widely("_-_", a, b, (x, y) => x - y);
    const difference = a - b;
    return Number.isSafeInteger(difference) ? difference : int64(BigInt(a) - BigInt(b), "_-_");
  },
  "*": (left, right) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a !== "number" || typeof b !== "number") return widely("_*_", a, b, (x, y) => x * y);
    const product = a * b;
    return Number.isSafeInteger(product) ? product : int64(BigInt(a) * BigInt(b), "_*_");
  },
};

export function negate(operand: Evaluate): Evaluate {
  return (frame) => {
    const value = operand(frame);
    if (typeof value === "number") return 0 - value;
    return typeof value === "bigint" ? int64(-value, "type conversion") : mismatch("-_", value);
  };
}

/** A number and a bigint are compared by what they are, not by how they are held. */
export const orders: Readonly<Record<"<" | "<=" | ">" | ">=", Binary>> = {
  "<": (left, right) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    return typeof a === "number" && typeof b === "number" ? a < b : ordered("_<_", a, b, (x, y) => x < y);
  },
  "<=": (left, right) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    return typeof a === "number" && typeof b === "number" ? a <= b : ordered("_<=_", a, b, (x, y) => x <= y);
  },
  ">": (left, right) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    return typeof a === "number" && typeof b === "number" ? a > b : ordered("_>_", a, b, (x, y) => x > y);
  },
  ">=": (left, right) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    return typeof a === "number" && typeof b === "number" ? a >= b : ordered("_>=_", a, b, (x, y) => x >= y);
  },
};

function widely(name: string, a: Value, b: Value, compute: (x: bigint, y: bigint) => bigint): Value {
  if (isInt(a) && isInt(b)) return int64(compute(BigInt(a), BigInt(b)), name);
  // Only data of another shape than the schema's brings texts or lists here.
  if (name === "_+_" && typeof a === "string" && typeof b === "string") return a + b;
  if (name === "_+_" && isList(a) && isList(b)) return [...a, ...b];
  return mismatch(name, a, b);
}

type Ordered = number | bigint | string | boolean;

function ordered(name: string, a: Value, b: Value, test: (x: Ordered, y: Ordered) => boolean): Value {
  if (isInt(a) && isInt(b)) return test(a, b);
  if (typeof a === "string" && typeof b === "string") return test(a, b);
  return typeof a === "boolean" && typeof b === "boolean" ? test(a, b) : mismatch(name, a, b);
}
