import { FIELD_SIZE } from "@caio/contracts";

const QUARTER = FIELD_SIZE / 4;
const OCTANT = FIELD_SIZE / 8;

/**
 * cos and sin of 2πk/64 for k = 0 … 63, from + − × ÷ √ alone (calculus §0).
 *
 * Half angles: cos = √((1 + c)/2), sin = s/(2·cos), from 2π/8 (both √½) down to 2π/64. The angles k = 1 … 7 are products of
 * those halves, the larger first, as complex numbers (c·C − s·S, c·S + s·C). The rest is symmetry, so that the table has
 * no asymmetry: cos(16 − k) = sin k inside the first quarter, then a quarter turn at a time.
 */
export const cosines: Float64Array = new Float64Array(FIELD_SIZE);
export const sines: Float64Array = new Float64Array(FIELD_SIZE);

fillFirstOctant();
for (let k = OCTANT + 1; k < QUARTER; k++) set(k, sines[QUARTER - k] ?? 0, cosines[QUARTER - k] ?? 0);
set(QUARTER, 0, 1);
// `0 −` keeps −0 out of the table.
for (let k = QUARTER + 1; k < FIELD_SIZE; k++) set(k, 0 - (sines[k - QUARTER] ?? 0), cosines[k - QUARTER] ?? 0);

function fillFirstOctant(): void {
  set(0, 1, 0);
  set(OCTANT, Math.sqrt(0.5), Math.sqrt(0.5));
  for (let k = OCTANT / 2; k >= 1; k /= 2) {
    const cosine = Math.sqrt((1 + (cosines[2 * k] ?? 0)) / 2);
    set(k, cosine, (sines[2 * k] ?? 0) / (2 * cosine));
  }
  multiply(4, 1);
  multiply(4, 2);
  multiply(2, 1);
  multiply(6, 1);
}

/** Entry a + b from entries a and b. */
function multiply(a: number, b: number): void {
  const c = cosines[a] ?? 0;
  const s = sines[a] ?? 0;
  const otherC = cosines[b] ?? 0;
  const otherS = sines[b] ?? 0;
  set(a + b, c * otherC - s * otherS, c * otherS + s * otherC);
}

function set(k: number, cosine: number, sine: number): void {
  cosines[k] = cosine;
  sines[k] = sine;
}
