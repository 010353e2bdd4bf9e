import type { ServiceContract } from "@caio/contracts";

/**
 * The capability types of a service, sorted, each once: the union over the effective capabilities of its pairs (calculus
 * §1, Domain; §2). What the service says but every model replaces is offered by no pair, so it is not among them.
 */
export function effectiveTypes(contract: ServiceContract): readonly string[] {
  const offers = contract.models.map((model) => model.capabilities ?? contract.capabilities);
  const capabilities = contract.models.length === 0 ? contract.capabilities : offers.flat();
  return [...new Set(capabilities.map(({ type }) => type))].sort();
}
