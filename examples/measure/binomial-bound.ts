/**
 * The one-sided Clopper–Pearson lower bound: the largest rate p for which `successes` or more of `trials` would still be
 * seen with a probability of at most `alpha`. With confidence 1 − alpha the true rate is not below it.
 */
export function lowerBound(successes: number, trials: number, alpha = 0.05): number {
  if (successes <= 0) return 0;
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (upperTail(successes, trials, middle) <= alpha) low = middle;
    else high = middle;
  }
  return low;
}

/** P(X ≥ k) of a binomial X. */
function upperTail(k: number, n: number, p: number): number {
  let sum = 0;
  for (let x = k; x <= n; x++) {
    sum += Math.exp(logChoose(n, x) + x * Math.log(p) + (n - x) * Math.log1p(-p));
  }
  return sum;
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let factor = 1; factor <= k; factor++) sum += Math.log(n - k + factor) - Math.log(factor);
  return sum;
}
