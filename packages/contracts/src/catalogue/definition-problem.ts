import type { AlgebraRow, OwnAlgebra, PropertyDefinition } from "./property.ts";

/** What a certificate can hold. */
const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const CERTAIN = 1_000_000;
/** A place of a decimal that a bound can have: what is finer than a pico is no longer exact. */
const MOST_DIGITS = 12;
const ROWS: ReadonlySet<string> = new Set<AlgebraRow>(["latency", "availability", "accuracy", "undetected_error", "detected_error", "throughput", "determinism"]);

/** Why a definition cannot be used, or undefined. What a composed bound would not follow from is refused here, once. */
export function definitionProblem({ name, unit, spellings, defaultCoveragePpm, row, ratio, direction }: PropertyDefinition): string | undefined {
  const unfit = [name, ...spellings.map(({ spelling }) => spelling)].find((each) => !NAME.test(each));
  if (unfit !== undefined) return `found ${JSON.stringify(unfit)}, expected a name of small letters, digits and _, a letter first, at most 64 long.`;
  if (!Number.isSafeInteger(defaultCoveragePpm) || defaultCoveragePpm < 1 || defaultCoveragePpm > CERTAIN) return "its coverage is no integer from 1 to 1000000.";
  if (!["us", "micros"].includes(unit)) return `found the unit ${JSON.stringify(unit)}, expected us or micros.`;
  if (!["lower", "higher", "flag"].includes(direction)) return `found the direction ${JSON.stringify(direction)}, expected lower, higher or flag.`;
  return spellingProblem(spellings) ?? rowProblem({ row, ratio, direction });
}

function spellingProblem(spellings: PropertyDefinition["spellings"]): string | undefined {
  const scaled = spellings.find(({ digits }) => !Number.isSafeInteger(digits) || digits < 0 || digits > MOST_DIGITS);
  if (scaled !== undefined) return `the spelling ${scaled.spelling} has ${String(scaled.digits)} digits, expected 0 to ${String(MOST_DIGITS)}.`;
  const twice = spellings.find(({ spelling }, at) => spellings.findIndex((other) => other.spelling === spelling) !== at);
  return twice === undefined ? undefined : `the spelling ${twice.spelling} is there twice.`;
}

function rowProblem({ row, ratio, direction }: Pick<PropertyDefinition, "row" | "ratio" | "direction">): string | undefined {
  // Whoever writes no types may have left it out.
  const given: unknown = row;
  if (typeof row === "string") return ROWS.has(row) ? undefined : `found the row ${row}, expected one of ${[...ROWS].join(", ")}, or an algebra of its own.`;
  return typeof given === "object" && given !== null ? algebraProblem(row, ratio, direction) : "found no row, expected the name of one, or an algebra of its own.";
}

function algebraProblem({ seq, par, fallback, retry }: OwnAlgebra, ratio: boolean, direction: PropertyDefinition["direction"]): string | undefined {
  const known = [seq, par, fallback].every((join) => ["sum", "max", "min"].includes(join)) && ["times", "same"].includes(retry);
  if (!known) return "expected sum, max or min for seq, par and fallback, times or same for retry.";
  if (ratio && ([seq, par, fallback].includes("sum") || retry === "times")) return "a share of 1 cannot be added up: expected max or min, and same.";
  if (direction === "lower" && [seq, par].includes("min") && (fallback === "sum" || retry === "times")) {
    return "found min beside what counts every attempt, expected sum or max: of a part that failed one step alone may have run.";
  }
  // Whether the second alternative is asked at all is chance: an upper bound must bear both cases, a lower one either.
  if (direction === "lower" && fallback === "min") return "found min for fallback, expected sum or max: whichever answers has to be within an upper bound.";
  if (direction !== "lower" && fallback !== "min") return `found ${fallback} for fallback, expected min: whichever answers has to reach a lower bound.`;
  if (direction !== "lower" && retry === "times") return "found times for retry, expected same: the attempt that answers counts, and may be the first.";
  return undefined;
}
