import { CaioError } from "@caio/core";

/**
 * X with A·X = B for a symmetric positive definite A, by Cholesky's factors.
 *
 * @param a - n·n numbers of which the lower triangle is read; overwritten by the factor
 * @param b - n·columns numbers, row by row; overwritten by X, which is returned
 * @throws CaioError `NumberOutOfRange` if A is not positive definite
 */
export function solvePositive(a: Float64Array, b: Float64Array, n: number, columns: number): Float64Array {
  factor(a, n);
  for (let i = 0; i < n; i++) eliminate(a, b, n, columns, i, 0, i, false);
  for (let i = n - 1; i >= 0; i--) eliminate(a, b, n, columns, i, i + 1, n, true);
  return b;
}

/** L with L·Lᵀ = A, in place of the lower triangle. */
function factor(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] ?? 0) * (a[j * n + k] ?? 0);
      if (i !== j) a[i * n + j] = sum / (a[j * n + j] ?? 1);
      else if (sum > 0) a[i * n + i] = Math.sqrt(sum);
      else throw new CaioError("NumberOutOfRange", `Found a matrix that is not positive definite (pivot ${String(i)}), expected a penalty above 0.`);
    }
  }
}

/** One row of the two triangular systems: less what the rows from … to take, over the diagonal. */
function eliminate(a: Float64Array, b: Float64Array, n: number, columns: number, row: number, from: number, to: number, transposed: boolean): void {
  const diagonal = a[row * n + row] ?? 1;
  for (let column = 0; column < columns; column++) {
    let sum = b[row * columns + column] ?? 0;
    for (let k = from; k < to; k++) sum -= (a[transposed ? k * n + row : row * n + k] ?? 0) * (b[k * columns + column] ?? 0);
    b[row * columns + column] = sum / diagonal;
  }
}
