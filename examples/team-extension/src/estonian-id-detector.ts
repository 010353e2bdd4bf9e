import type { Detector } from "@caio/security";

/** Century and sex, a date of birth, a number, a check digit. */
const PATTERN = /(?<![A-Za-z0-9])[1-8]\d{2}(\d{2})(\d{2})\d{4}(?![A-Za-z0-9])/g;
const FIRST = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1];
const SECOND = [3, 4, 5, 6, 7, 8, 9, 1, 2, 3];

/** Personal codes of Estonia (isikukood, EVS 585): eleven digits whose date exists and whose check digit holds. */
export const estonianIdDetector: Detector = {
  name: "estonian-id",
  labels: ["estonian_id", "personal"],
  *find(text) {
    for (const match of text.matchAll(PATTERN)) {
      const [code, month, day] = match;
      if (isDate(Number(month), Number(day)) && checkDigit(code) === Number(code.at(-1))) yield { start: match.index, end: match.index + code.length };
    }
  },
};

function isDate(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** Modulo 11 by the first weights; where that gives 10, by the second; where that does as well, 0. */
function checkDigit(code: string): number {
  const rest = (weights: readonly number[]): number => weights.reduce((sum, weight, at) => sum + weight * Number(code[at]), 0) % 11;
  const [first, second] = [rest(FIRST), rest(SECOND)];
  if (first < 10) return first;
  return second < 10 ? second : 0;
}
