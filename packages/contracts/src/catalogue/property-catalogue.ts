import { definitionProblem } from "./definition-problem.ts";
import type { AlgebraRow, PropertyDefinition, PropertyDirection } from "./property.ts";

/** Coverage of a latency that says none. */
const LATENCY_COVERAGE = 950_000;
const CERTAIN = 1_000_000;

/** `p95_` … `p999_` name a coverage of 0.95 … 0.999. */
const PERCENTILES: readonly (readonly [string, number])[] = [
  ["p50", 500_000],
  ["p75", 750_000],
  ["p90", 900_000],
  ["p95", 950_000],
  ["p99", 990_000],
  ["p999", 999_000],
  ["p9999", 999_900],
];

/** The properties that everyone knows, sorted by name. Others are registered by `extendCatalogue`. */
export const propertyCatalogue: readonly PropertyDefinition[] = [
  duration("latency"),
  duration("time_to_first_token"),
  ratio("availability", "higher", "availability"),
  ratio("accuracy", "higher", "accuracy"),
  ratio("undetected_error", "lower", "undetected_error"),
  ratio("detected_error", "lower", "detected_error"),
  ratio("deterministic_output", "flag", "determinism"),
  rate("tokens_per_second"),
  rate("requests_per_second"),
].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Any `…_accuracy` is an accuracy of its own. */
const ACCURACY_NAME = /^[a-z][a-z0-9_]{0,54}_accuracy$/;

/** A property as found by one of its spellings. */
export interface FoundProperty {
  readonly property: PropertyDefinition;
  readonly digits: number;
  /** Said by the spelling itself. */
  readonly coveragePpm?: number;
}

/**
 * The property of a spelling used in files, or undefined.
 *
 * @example
 * ```ts
 * import { propertyOf } from "@caio/contracts";
 *
 * propertyOf("p99_latency_ms")?.property.name; // "latency"
 * propertyOf("latency"); // undefined: a duration is spelled with its unit
 * ```
 */
export function propertyOf(
  spelling: string,
  catalogue: readonly PropertyDefinition[] = propertyCatalogue,
): FoundProperty | undefined {
  for (const property of catalogue) {
    const found = property.spellings.find((item) => item.spelling === spelling);
    if (found === undefined) continue;
    const { digits, coveragePpm } = found;
    return { property, digits, ...(coveragePpm === undefined ? {} : { coveragePpm }) };
  }
  if (!ACCURACY_NAME.test(spelling)) return undefined;
  return { property: ratio(spelling, "higher", "accuracy"), digits: 6 };
}

/** The definition of a normalised name, such as stands in a `Guarantee`. */
export function propertyNamed(
  name: string,
  catalogue: readonly PropertyDefinition[] = propertyCatalogue,
): PropertyDefinition | undefined {
  return catalogue.find((property) => property.name === name) ?? propertyOf(name, catalogue)?.property;
}

/** All spellings of a catalogue, those that name a percentile last. */
export function propertySpellings(catalogue: readonly PropertyDefinition[] = propertyCatalogue): string[] {
  const all = catalogue.flatMap((property) => property.spellings);
  const names = (percentile: boolean): string[] =>
    all.filter((item) => (item.coveragePpm !== undefined) === percentile).map((item) => item.spelling).sort();
  return [...names(false), ...names(true)];
}

/**
 * The common catalogue and a team's own properties.
 *
 * @throws TypeError if a name or spelling is taken, or a definition could not be kept: a name that no certificate can hold, an algebra
 *   whose bounds would not follow
 *
 * @example
 * ```ts
 * import { ContractParser, extendCatalogue } from "@caio/contracts";
 *
 * const catalogue = extendCatalogue({
 *   name: "carbon", unit: "micros", direction: "lower", ratio: false, defaultCoveragePpm: 1_000_000,
 *   row: { seq: "sum", par: "sum", fallback: "sum", retry: "times" },
 *   spellings: [{ spelling: "carbon_grams", digits: 6 }],
 * });
 * const text = "{ service_id: demo, version: 1.0.0, capabilities: [a], guarantees: { carbon_grams: 0.25 } }";
 * new ContractParser({ catalogue }).parse(text).guarantees; // [{ property: "carbon", coveragePpm: 1000000, bound: { maxMicros: 250000 } }]
 * ```
 */
export function extendCatalogue(...own: readonly PropertyDefinition[]): readonly PropertyDefinition[] {
  const result = [...propertyCatalogue];
  for (const property of own) {
    const problem = definitionProblem(property);
    if (problem !== undefined) throw new TypeError(`The property "${property.name}": ${problem}`);
    const taken = property.spellings.find(({ spelling }) => propertyNamed(spelling, result) !== undefined);
    if (taken !== undefined || propertyNamed(property.name, result) !== undefined) {
      throw new TypeError(`The property "${property.name}", or a spelling of it, is taken.`);
    }
    result.push(property);
  }
  return result.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function duration(name: string): PropertyDefinition {
  const percentiles = PERCENTILES.map(([prefix, coveragePpm]) => ({ spelling: `${prefix}_${name}_ms`, digits: 3, coveragePpm }));
  return {
    name,
    unit: "us",
    direction: "lower",
    ratio: false,
    row: "latency",
    defaultCoveragePpm: LATENCY_COVERAGE,
    spellings: [{ spelling: `${name}_ms`, digits: 3 }, ...percentiles],
  };
}

function ratio(name: string, direction: PropertyDirection, row: AlgebraRow): PropertyDefinition {
  return {
    name,
    unit: "micros",
    direction,
    ratio: true,
    row,
    defaultCoveragePpm: CERTAIN,
    spellings: [{ spelling: name, digits: 6 }],
  };
}

function rate(name: string): PropertyDefinition {
  return { ...ratio(name, "higher", "throughput"), ratio: false };
}
