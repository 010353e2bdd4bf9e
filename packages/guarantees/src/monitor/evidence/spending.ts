import { MICRO, saturatingMulDiv } from "@caio/core";

/**
 * How much capital contradicts the promise of the k-th stream in its j-th life: its share of α is α / (c·j(j+1)) with
 * c = (b+1)(b+2)·2^b, 2^b ≤ k < 2^(b+1). The 2^b streams of a block have 1/((b+1)(b+2)) together, and those sum to 1, so the
 * chance that any of all the streams there will ever be is wrongly contradicted is at most α. The share falls hardly faster than
 * 1/k, where 6/(π²k²) would ask the thousandth stream for twenty times as much.
 *
 * @param place - k, 1 for the first stream that was opened
 * @param life - j, 1 for the first; a stream that was cleared starts the next
 * @returns an integer, rounded up, at most 2^53 − 1
 */
export function thresholdOf(place: number, life: number, alphaMicros: number): number {
  let block = 0;
  let first = 1;
  while (first * 2 <= place) {
    first *= 2;
    block += 1;
  }
  const share = saturatingMulDiv((block + 1) * (block + 2), first, 1, "up");
  return saturatingMulDiv(saturatingMulDiv(share, life * (life + 1), 1, "up"), MICRO, alphaMicros, "up");
}
