/** 0.975 quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * 0.975 quantile of Student's t: half the width of a 95 % interval in standard errors. Expansion in 1/ν (Abramowitz and Stegun, 26.7.5), within
 * 0.2 % from 3 degrees of freedom on; fewer count as 3.
 */
export function studentQuantile(degrees: number): number {
  const n = Math.max(3, degrees);
  const z2 = Z * Z;
  const g1 = (Z * (z2 + 1)) / 4;
  const g2 = (Z * ((5 * z2 + 16) * z2 + 3)) / 96;
  const g3 = (Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384;
  const g4 = (Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945)) / 92_160;
  return Z + (g1 + (g2 + (g3 + g4 / n) / n) / n) / n;
}
