import { createHash } from "node:crypto";

const ROWS = 24;
const ROUNDS = 6;

/**
 * A piece of work that has nothing of this project in it, but what a decision is made of: integers, small objects, JSON, SHA-256. Times of
 * decisions are held against its time, so that a slow or busy machine changes both.
 *
 * @returns something that depends on all of it, so that nothing is left out
 */
export function calibration(turn: number): number {
  let state = turn | 1;
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const rows = Array.from({ length: ROWS }, (_row, at) => {
      // xorshift32: cheap, and not to be foreseen by a compiler.
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return { id: `row-${String(at)}`, value: state >>> 0, ratio: (state >>> 8) / 16_777_216, tags: ["a", "b", String(state & 255)] };
    });
    const sorted = [...rows].sort((a, b) => a.value - b.value);
    const text = JSON.stringify(sorted);
    const parsed = JSON.parse(text) as typeof rows;
    sum += createHash("sha256").update(text).digest()[0] ?? 0;
    for (const { value, ratio } of parsed) sum = (sum + Math.imul(value, 0x9e3779b1) * ratio) % 1_000_003;
  }
  return sum;
}
