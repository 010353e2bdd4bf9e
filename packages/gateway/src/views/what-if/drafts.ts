import { CaioError } from "@caio/core";
import type { DecisionInputs } from "@caio/orchestrator";
import { PolicySnapshot } from "@caio/orchestrator";
import type { Registration, RegistryView } from "@caio/registry";
import { effectivePolicy, type PolicySet } from "@caio/rules";

/** What is put in the place of what was there, or beside it. */
export interface Drafts {
  readonly policies: readonly PolicySet[];
  readonly contracts: readonly Registration[];
  /** Ids of services that are taken away. */
  readonly withoutServices: readonly string[];
}

/** Inputs of decisions with drafts in their place. Many requests were decided on the same policies and the same view: each is drafted once. */
export class DraftedInputs {
  readonly #drafts: Drafts;
  readonly #views = new Map<string, RegistryView>();
  readonly #policies = new Map<PolicySnapshot, PolicySnapshot>();

  constructor(drafts: Drafts) {
    this.#drafts = drafts;
  }

  /** @throws CaioError `InvalidContract`; `InvalidPolicy` for policies that no request could name beside the base */
  of({ registry, policy, history }: DecisionInputs): DecisionInputs {
    return { registry: { ...registry, view: this.#view(registry.view) }, policy: { ...policy, snapshot: this.#snapshot(policy.snapshot) }, history };
  }

  #view(view: RegistryView): RegistryView {
    const { contracts, withoutServices } = this.#drafts;
    if (contracts.length === 0 && withoutServices.length === 0) return view;
    const known = this.#views.get(view.root);
    if (known !== undefined) return known;
    const made = view.drafted(contracts, withoutServices);
    this.#views.set(view.root, made);
    return made;
  }

  #snapshot(snapshot: PolicySnapshot): PolicySnapshot {
    const { policies } = this.#drafts;
    if (policies.length === 0) return snapshot;
    const known = this.#policies.get(snapshot);
    if (known !== undefined) return known;
    const made = draftedPolicies(snapshot, policies);
    this.#policies.set(snapshot, made);
    return made;
  }
}

/**
 * A policy with the id of the base takes its place; every other is one that requests may name.
 *
 * @throws CaioError `InvalidPolicy` for a base in another currency, since costs are compared; and
 * for policies that no request could name beside the base
 */
export function draftedPolicies({ version, base, named }: PolicySnapshot, policies: readonly PolicySet[]): PolicySnapshot {
  const draftedBase = policies.findLast(({ id }) => id === base.id) ?? base;
  if (draftedBase.currency !== base.currency) {
    const message = `Found currency ${draftedBase.currency} in the draft of the base policy, expected ${base.currency}: costs would be compared in two currencies. Try what else it changes in ${base.currency}.`;
    throw new CaioError("InvalidPolicy", message, { details: { found: draftedBase.currency, expected: base.currency } });
  }
  const others = policies.filter(({ id }) => id !== base.id);
  for (const policy of others) effectivePolicy(draftedBase, [policy]);
  return new PolicySnapshot(version, draftedBase, { ...named, ...Object.fromEntries(others.map((policy) => [policy.id, policy])) });
}
