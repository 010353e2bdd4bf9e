/**
 * True if the policy declares the two groups independent: they share no service, and one declared set of mutually
 * independent services holds them all (calculus §7).
 */
export function independentGroups(
  first: readonly string[],
  second: readonly string[],
  declared: readonly (readonly string[])[],
): boolean {
  if (first.some((service) => second.includes(service))) return false;
  return declared.some((set) => [...first, ...second].every((service) => set.includes(service)));
}
