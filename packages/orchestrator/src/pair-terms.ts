import { effectiveContract, type EffectiveContract } from "@caio/contracts";
import { confidentialityOf, prepareEncoding, type PreparedEncoding } from "@caio/control";
import type { JsonObject } from "@caio/core";
import type { ServiceEntry } from "@caio/registry";
import { ruleModel, ruleService } from "@caio/rules";

/** What rules see of a pair (calculus §3). */
export interface RuleViews {
  readonly service: JsonObject;
  readonly model: JsonObject;
}

/** What follows of one pair from its contract alone: worked out once, and kept as long as the registry entry. */
export class PairTerms {
  readonly entry: ServiceEntry;
  readonly model: string | null;
  /** The contract with the model's overrides applied. */
  readonly effective: EffectiveContract;
  #encoding: PreparedEncoding | undefined;
  #views: RuleViews | undefined;
  #confidentiality: number | undefined;

  constructor(entry: ServiceEntry, model: string | null, effective: EffectiveContract) {
    this.entry = entry;
    this.model = model;
    this.effective = effective;
  }

  /** e_s with its norms. */
  get encoding(): PreparedEncoding {
    return (this.#encoding ??= encodingOf(this.entry));
  }

  get views(): RuleViews {
    return (this.#views ??= this.#makeViews());
  }

  /** Confidentiality, micros (calculus §5). */
  get confidentialityMicros(): number {
    return (this.#confidentiality ??= confidentialityOf(this.entry.contract));
  }

  #makeViews(): RuleViews {
    const { contract } = this.entry;
    const model = contract.models.find(({ id }) => id === this.model) ?? null;
    return { service: ruleService(contract, model), model: ruleModel(model) };
  }
}

const termsOfEntry = new WeakMap<ServiceEntry, readonly PairTerms[]>();

/** The pairs of a service: one for each of its models, or one without a model. */
export function pairTerms(entry: ServiceEntry): readonly PairTerms[] {
  const known = termsOfEntry.get(entry);
  if (known !== undefined) return known;
  const { contract } = entry;
  const models = contract.models.length === 0 ? [null] : contract.models.map(({ id }) => id);
  const made = models.flatMap((model) => {
    const effective = effectiveContract(contract, model);
    return effective === undefined ? [] : new PairTerms(entry, model, effective);
  });
  termsOfEntry.set(entry, made);
  return made;
}

/** The models of a service share its encoding. */
const encodings = new WeakMap<ServiceEntry["encoding"], PreparedEncoding>();

function encodingOf({ encoding }: ServiceEntry): PreparedEncoding {
  const known = encodings.get(encoding);
  if (known !== undefined) return known;
  const made = prepareEncoding(encoding);
  encodings.set(encoding, made);
  return made;
}
