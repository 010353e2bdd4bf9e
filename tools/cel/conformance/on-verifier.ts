import { evaluateCel } from "@caio/verifier";

import { valueText } from "../evaluators.ts";
import type { Plain, SpecCase } from "./cel-spec-cases.ts";
import type { Standing } from "./standing.ts";

/** A case as it stands, its bindings as variables of the verifier's evaluator. */
export function onVerifier({ expression, bindings, expected }: SpecCase): Standing {
  const answer = evaluateCel(expression, Object.fromEntries([...bindings].map(([name, value]) => [name, variableOf(value)])));
  if (answer.kind === "refused") return { kind: "refused" };
  if (answer.kind === "error") return { kind: expected.kind === "error" ? "passed" : "error" };
  const found = valueText(answer.value);
  return expected.kind === "value" && found === valueText(variableOf(expected.value)) ? { kind: "passed" } : { kind: "wrong", found };
}

/** Ints are numbers while they are safe, as in JSON. */
function variableOf(value: Plain): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value !== "object") return value;
  return isMap(value) ? Object.fromEntries([...value].map(([name, member]) => [name, variableOf(member)])) : value.map(variableOf);
}

function isMap(value: readonly Plain[] | ReadonlyMap<string, Plain>): value is ReadonlyMap<string, Plain> {
  return value instanceof Map;
}
