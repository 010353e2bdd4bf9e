import { getConformanceSuite, type IncrementalTestSuite } from "@bufbuild/cel-spec/testdata/tests.js";

type SpecTest = IncrementalTestSuite["tests"][number]["original"];
type SpecValue = Extract<SpecTest["resultMatcher"], { case: "value" }>["value"];

/** A value that conditions can hold; maps only as what is bound to a variable. */
export type Plain = bigint | string | boolean | readonly Plain[] | ReadonlyMap<string, Plain>;

/** A case of cel-spec: an expression, what its variables are bound to, and what it must give. */
export interface SpecCase {
  readonly suite: string;
  readonly name: string;
  readonly expression: string;
  /** Variables bound to what a condition can hold; others stay unknown names. */
  readonly bindings: ReadonlyMap<string, Plain>;
  /** `other`: a value that no condition of the profile can have. */
  readonly expected: { readonly kind: "value"; readonly value: Plain } | { readonly kind: "error" } | { readonly kind: "other" };
}

/**
 * Every case of the conformance suites of cel-spec that is to be evaluated. Left out are those that only ask for a type, and
 * those that resolve a bound name within a container: conditions are in none.
 */
export function celSpecCases(): readonly SpecCase[] {
  return getConformanceSuite().suites.flatMap((suite) => casesOf(suite, suite.name, suite.name));
}

function casesOf(suite: IncrementalTestSuite, root: string, path: string): readonly SpecCase[] {
  const own = suite.tests.filter(({ original }) => !original.checkOnly && (original.container === "" || !Object.keys(original.bindings).some((name) => name.includes(".")))).map(({ name, original }): SpecCase => {
    const bindings = Object.entries(original.bindings).flatMap(([variable, { kind }]) => {
      const value = kind.case === "value" ? plainOf(kind.value) : undefined;
      return value === undefined ? [] : [[variable, value] as const];
    });
    return { suite: root, name: `${path}/${name}`, expression: original.expr, bindings: new Map(bindings), expected: expectedOf(original) };
  });
  return [...own, ...suite.suites.flatMap((inner) => casesOf(inner, root, `${path}/${inner.name}`))];
}

/** A case that names no result asks for true (simple.proto of cel-spec). */
function expectedOf({ resultMatcher }: SpecTest): SpecCase["expected"] {
  switch (resultMatcher.case) {
    case undefined:
      return { kind: "value", value: true };
    case "value":
      return valueOf(resultMatcher.value);
    case "typedResult":
      return resultMatcher.value.result === undefined ? { kind: "other" } : valueOf(resultMatcher.value.result);
    case "evalError":
    case "anyEvalErrors":
      return { kind: "error" };
    default:
      return { kind: "other" };
  }
}

function valueOf(value: SpecValue): SpecCase["expected"] {
  const plain = plainOf(value);
  return plain === undefined ? { kind: "other" } : { kind: "value", value: plain };
}

function plainOf({ kind }: SpecValue): Plain | undefined {
  switch (kind.case) {
    case "int64Value":
    case "stringValue":
    case "boolValue":
      return kind.value;
    case "listValue": {
      const items = kind.value.values.map(plainOf);
      return items.some((item) => item === undefined) ? undefined : items.filter((item) => item !== undefined);
    }
    case "mapValue": {
      const entries = kind.value.entries.flatMap(({ key, value }) => {
        const member = value === undefined ? undefined : plainOf(value);
        return key?.kind.case === "stringValue" && member !== undefined ? [[key.kind.value, member] as const] : [];
      });
      return entries.length === kind.value.entries.length ? new Map(entries) : undefined;
    }
    default:
      return undefined;
  }
}
