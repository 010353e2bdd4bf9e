import { weightedSum } from "../check-digits.ts";
import type { NationalId } from "./national-id.ts";

/** CPF: nine digits and two checks modulo 11. Eleven equal digits pass the sums and are none. */
export const cpf: NationalId = {
  country: "BR",
  pattern: /(?<![A-Za-z0-9.+-])(?:\d{3}\.\d{3}\.\d{3}[-/.]\d{2}|\d{11})(?![A-Za-z0-9]|[.-]\d)/g,
  isLawful: (compact) => {
    if (/^(\d)\1{10}$/.test(compact)) return false;
    const first = check(weightedSum(compact, [10, 9, 8, 7, 6, 5, 4, 3, 2]));
    const second = check(weightedSum(compact, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]));
    return compact.slice(9) === `${String(first)}${String(second)}`;
  },
};

function check(sum: number): number {
  const rest = (sum * 10) % 11;
  return rest === 10 ? 0 : rest;
}
