import { satisfies, type Candidate, type Request } from "@caio/contracts";
import type { RegistryView, ServiceEntry } from "@caio/registry";

import type { HistorySnapshot } from "../inputs/history-snapshot.ts";
import { pairTerms } from "../pair-terms.ts";
import { Pair, sieve, type Fall, type Sieved, type Standing } from "../pair.ts";

/** The domain of a decision (calculus §1): every pair that gets a verdict. */
export interface Domain {
  /** Index of the required group whose offers these are; null: the whole view. */
  readonly revealed: number | null;
  /** Sorted by id. */
  readonly services: readonly ServiceEntry[];
  /** In (service, model) order, null first. */
  readonly pairs: readonly Pair[];
}

/** A view gives the same list for the same question, and decisions on the same H see the same pairs. */
const pairsOfServices = new WeakMap<readonly ServiceEntry[], WeakMap<HistorySnapshot, readonly Pair[]>>();

/** The pairs of every service that offers the revealed group. */
export function findDomain(request: Request, view: RegistryView, history: HistorySnapshot): Domain {
  const { revealed, services } = view.domain(request.document.requirements);
  const kept = pairsOfServices.get(services) ?? new WeakMap<HistorySnapshot, readonly Pair[]>();
  pairsOfServices.set(services, kept);
  const known = kept.get(history);
  if (known !== undefined) return { revealed, services, pairs: known };
  const pairs = services.flatMap(pairTerms).map((terms, place) => {
    return new Pair(place, terms, history.leaf({ service: terms.entry.contract.serviceId, model: terms.model }));
  });
  kept.set(history, pairs);
  return { revealed, services, pairs };
}

/** Step 1: the pairs that are healthy and whose contract refines what is required (calculus §2). */
export function matchContracts(pairs: readonly Pair[], request: Request): Sieved<Standing> {
  const { requirements, data } = request.document;
  const demand = { requirements, size: request.size, ...(data.mediaType === undefined ? {} : { mediaType: data.mediaType }) };
  const excluded = request.lineage?.excluded ?? [];
  return sieve<Standing, Standing>(1, pairs.map((pair) => pair.standing), ({ pair }) => {
    const unfit = excludedFall(pair, excluded) ?? healthFall(pair);
    if (unfit !== undefined) return unfit;
    const { entry, model, measured, terms } = pair;
    const result = satisfies({ contract: entry.contract, model, measured, effective: terms.effective }, demand);
    if (result.satisfied) return pair.standing;
    const [{ clause, path, found, expected }] = result.failures;
    return { clause, evidence: { path, found, expected } };
  });
}

function excludedFall(pair: Pair, excluded: readonly Candidate[]): Fall | undefined {
  const named = excluded.some(({ service, model }) => service === pair.service && model === pair.model);
  return named ? { clause: "excluded", evidence: { by: "lineage" } } : undefined;
}

function healthFall({ entry, leaf }: Pair): Fall | undefined {
  if (entry.draining) return { clause: "health", evidence: { found: "draining" } };
  return leaf?.health === "unhealthy" ? { clause: "health", evidence: { found: "unhealthy" } } : undefined;
}
