import { CelFault } from "./fault.ts";
import { fullTypeName, typeName, type Value } from "./value.ts";

/** The first error among the arguments, or that the function is not made for them. */
export function mismatch(name: string, ...args: readonly Value[]): CelFault {
  return firstFault(args) ?? new CelFault(`found no matching overload for '${name}' applied to '(${args.map(typeName).join(", ")})'`);
}

/** The same of a function that stands behind its subject. */
export function methodMismatch(name: string, subject: Value, ...args: readonly Value[]): CelFault {
  return (
    firstFault([subject, ...args]) ??
    new CelFault(`found no matching overload for '${name}' applied to '${fullTypeName(subject)}.(${args.map(typeName).join(", ")})'`)
  );
}

/** The error of an operand of `&&` or `||` that does not decide. */
export function noBool(value: Value): CelFault {
  return value instanceof CelFault ? value : new CelFault(`type mismatch: expected bool, got ${fullTypeName(value)}`);
}

/** The error of what stands before `?`, and of the body of `filter` and `exists_one`. */
export function noChoice(value: Value): CelFault {
  return value instanceof CelFault ? value : new CelFault(`found no matching overload for _?_:_ applied to '(${typeName(value)})'`);
}

function firstFault(values: readonly Value[]): CelFault | undefined {
  return values.find((value) => value instanceof CelFault);
}
