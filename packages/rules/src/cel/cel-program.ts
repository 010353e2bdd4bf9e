import type { JsonObject } from "@caio/core";

import type { CelNode } from "./syntax/ast.ts";
import { compile } from "./evaluate/compile.ts";
import { rootOf, slotOf } from "./evaluate/facts.ts";
import { CelFault } from "./evaluate/fault.ts";
import { frameOf, type Frame } from "./evaluate/frame.ts";
import type { ConditionScope } from "./schema.ts";

/** What a condition is evaluated on. `when` reads `request` alone. */
export interface ConditionValues {
  readonly request: JsonObject;
  readonly service?: JsonObject;
  readonly model?: JsonObject;
}

/** No answer: an error in the sense of CEL, or an answer that is no bool. Never holds values of the data. */
export interface CelFailure {
  readonly why: "error" | "not_bool";
  readonly message: string;
}

/**
 * A condition ready to be evaluated. Total: whatever the values, `evaluate` answers and never throws; and pure.
 * `false && error` and `error && false` are false, `true || error` and `error || true` true (CEL, logical operators).
 */
export interface CelProgram {
  evaluate(values: ConditionValues): boolean | CelFailure;
}

/** The same for who evaluates many conditions on the same values, and makes the frame once. */
export interface FramedProgram extends CelProgram {
  run(frame: Frame): boolean | CelFailure;
}

const notBool: CelFailure = { why: "not_bool", message: "the condition is neither true nor false" };

/**
 * Compiles a condition.
 *
 * @param syntax - a well-typed tree that the profile accepts
 * @param paths - every path that the condition reads, such as `service.privacy.regions`
 * @param scope - a `when` is evaluated once per request, an effect once per candidate
 */
export function celProgram(syntax: CelNode, paths: readonly string[], scope: ConditionScope): FramedProgram {
  const evaluate = compile(syntax, scope === "effect");
  const reads = paths.map((path) => ({ root: rootOf(path), slot: slotOf(path) }));
  const run = (frame: Frame): boolean | CelFailure => {
    if (frame.unreadable !== undefined) {
      for (const { root, slot } of reads) {
        const message = frame.unreadable[root]?.get(slot);
        if (message !== undefined) return new CelFault(message);
      }
    }
    const value = evaluate(frame);
    return typeof value === "boolean" || value instanceof CelFault ? value : notBool;
  };
  return { run, evaluate: (values) => run(frameOf(values)) };
}
