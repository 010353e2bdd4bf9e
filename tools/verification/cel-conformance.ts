import { tests } from "@bufbuild/cel-spec/testdata/conformance.js";
import { evaluateCel } from "@caio/verifier";

interface Value {
  readonly int64Value?: string;
  readonly boolValue?: boolean;
  readonly stringValue?: string;
  readonly listValue?: { readonly values?: readonly Value[] };
}
interface Original {
  readonly name: string;
  readonly expr: string;
  readonly value?: Value;
  readonly evalError?: unknown;
  readonly bindings?: Readonly<Record<string, { readonly value?: Value }>>;
}
interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: Original }[];
}

/** How the core suites of cel-spec end: what lies inside the profile passes, what lies outside is refused or an error. */
export interface Conformance {
  readonly passed: readonly string[];
  readonly refused: number;
  /** A value where CEL has another, or an error where the profile has a value to give. */
  readonly wrong: readonly string[];
  /** Errors where CEL has a value: each must lie outside the profile (mixed types, order of texts, lists of lists). */
  readonly narrower: readonly string[];
}

export const coreSuites = ["basic", "comparisons", "fields", "integer_math", "lists", "logic", "macros", "parse", "plumbing", "string"];

export function conformance(): Conformance {
  const result = { passed: [] as string[], refused: 0, wrong: [] as string[], narrower: [] as string[] };
  for (const suite of (tests as unknown as Suite).suites ?? []) if (coreSuites.includes(suite.name)) visit(suite, result);
  return result;
}

function visit({ suites = [], tests: cases = [] }: Suite, result: { passed: string[]; refused: number; wrong: string[]; narrower: string[] }): void {
  for (const inner of suites) visit(inner, result);
  for (const { original } of cases) {
    const { expr, value } = original;
    const bindings = Object.entries(original.bindings ?? {}).map(([name, bound]) => [name, plain(bound.value)] as const);
    if (bindings.some(([, bound]) => bound === undefined)) continue;
    const answer = evaluateCel(expr, Object.fromEntries(bindings));
    const expected = value === undefined ? "error" : plain(value);
    if (answer.kind === "refused") result.refused++;
    else if (answer.kind === "error") (expected === "error" ? result.passed : result.narrower).push(expr);
    else if (text(answer.value) === text(expected)) result.passed.push(expr);
    else result.wrong.push(`${expr}: ${text(answer.value)}, not ${text(expected)}`);
  }
}

/** Ints as texts with an n, so that 1 and "1" differ; undefined for what no condition can hold. */
function plain(value: Value | undefined): unknown {
  if (value?.int64Value !== undefined) return Number.isSafeInteger(Number(value.int64Value)) ? Number(value.int64Value) : BigInt(value.int64Value);
  if (value?.listValue !== undefined) {
    const items = (value.listValue.values ?? []).map(plain);
    return items.includes(undefined) ? undefined : items;
  }
  return value?.boolValue ?? value?.stringValue;
}

function text(value: unknown): string {
  if (value === undefined) return "nothing";
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" || typeof part === "number" ? `${String(part)}n` : part));
}
