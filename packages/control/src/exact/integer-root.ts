/**
 * ⌊√n⌋ of a BigInt, exactly.
 *
 * A double gives the first guess; the corrections after it make the result independent of how that was rounded.
 */
export function integerRootDown(n: bigint): bigint {
  if (n <= 0n) return 0n;
  let root = BigInt(Math.floor(Math.sqrt(Number(n))));
  while (root * root > n) root = (root + n / root) / 2n;
  while ((root + 1n) * (root + 1n) <= n) root += 1n;
  return root;
}

/** ⌈√n⌉ of a BigInt, exactly. */
export function integerRootUp(n: bigint): bigint {
  const root = integerRootDown(n);
  return root * root < n ? root + 1n : root;
}
