import type { OwnAlgebra, PropertyDefinition } from "./property.ts";

/** What a certificate can hold. */
const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const CERTAIN = 1_000_000;

/** Why a definition cannot be used, or undefined. What a composed bound would not follow from is refused here, once. */
export function definitionProblem({ name, spellings, defaultCoveragePpm, row, ratio, direction }: PropertyDefinition): string | undefined {
  const unfit = [name, ...spellings.map(({ spelling }) => spelling)].find((each) => !NAME.test(each));
  if (unfit !== undefined) return `found ${JSON.stringify(unfit)}, expected a name of small letters, digits and _, a letter first, at most 64 long.`;
  if (!Number.isSafeInteger(defaultCoveragePpm) || defaultCoveragePpm < 1 || defaultCoveragePpm > CERTAIN) return "its coverage is no integer from 1 to 1000000.";
  return typeof row === "string" ? undefined : algebraProblem(row, ratio, direction);
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
