import { effectiveContract, satisfies, type Candidate, type EffectiveContract, type Request } from "@caio/contracts";
import type { RegistryView, ServiceEntry } from "@caio/registry";

import type { HistorySnapshot } from "../inputs/history-snapshot.ts";
import { sieve, type Fall, type Pair, type Sieved } from "../pair.ts";

/** The domain of a decision (calculus §1): every pair that gets a verdict. */
export interface Domain {
  /** Index of the required group whose offers these are; null: the whole view. */
  readonly revealed: number | null;
  /** Sorted by id. */
  readonly services: readonly ServiceEntry[];
  /** In (service, model) order, null first. */
  readonly pairs: readonly Pair[];
}

/** What a contract's model comes to lives as long as its registry entry. */
const effectiveContracts = new WeakMap<ServiceEntry, ReadonlyMap<string | null, EffectiveContract>>();

/** The pairs of every service that offers the revealed group. */
export function findDomain(request: Request, view: RegistryView, history: HistorySnapshot): Domain {
  const { revealed, services } = view.domain(request.document.requirements);
  const pairs = services.flatMap((entry) =>
    [...effectiveOf(entry)].map(([model, effective]): Pair => {
      const candidate = { service: entry.contract.serviceId, model };
      return { ...candidate, entry, effective, leaf: history.leaf(candidate) };
    }),
  );
  return { revealed, services, pairs };
}

/** Step 1: the pairs that are healthy and whose contract refines what is required (calculus §2). */
export function matchContracts(pairs: readonly Pair[], request: Request): Sieved<Pair> {
  const demand = {
    requirements: request.document.requirements,
    size: request.size,
    ...(request.document.data.mediaType === undefined ? {} : { mediaType: request.document.data.mediaType }),
  };
  const excluded = request.lineage?.excluded ?? [];
  return sieve(1, pairs, (pair) => {
    const unfit = excludedFall(pair, excluded) ?? healthFall(pair);
    if (unfit !== undefined) return { fall: unfit };
    const { contract } = pair.entry;
    const offer = { contract, model: pair.model, ...(pair.leaf === undefined ? {} : { measured: pair.leaf.promises }) };
    const result = satisfies(offer, demand);
    if (result.satisfied) return { pass: pair };
    const [{ clause, path, found, expected }] = result.failures;
    return { fall: { clause, evidence: { path, found, expected } } };
  });
}

function effectiveOf(entry: ServiceEntry): ReadonlyMap<string | null, EffectiveContract> {
  const known = effectiveContracts.get(entry);
  if (known !== undefined) return known;
  const { contract } = entry;
  const computed = new Map<string | null, EffectiveContract>();
  for (const model of contract.models.length === 0 ? [null] : contract.models.map(({ id }) => id)) {
    const effective = effectiveContract(contract, model);
    if (effective !== undefined) computed.set(model, effective);
  }
  effectiveContracts.set(entry, computed);
  return computed;
}

function excludedFall(pair: Pair, excluded: readonly Candidate[]): Fall | undefined {
  const named = excluded.some(({ service, model }) => service === pair.service && model === pair.model);
  return named ? { clause: "excluded", evidence: { by: "lineage" } } : undefined;
}

function healthFall(pair: Pair): Fall | undefined {
  if (pair.entry.draining) return { clause: "health", evidence: { found: "draining" } };
  return pair.leaf?.health === "unhealthy" ? { clause: "health", evidence: { found: "unhealthy" } } : undefined;
}
