import type { LoggedRow } from "@caio/learning";
import { choiceChances, scoreService, type Propensity, type Scored } from "@caio/orchestrator";
import type { CertifiedAdmission } from "@caio/traceability";

import type { ChoiceTerms } from "./other-policy.ts";
import type { PastDecision } from "./past-decision.ts";

/** A past decision with the chances of every admissible pair, under the policy that decided and under another. */
export interface Rescored {
  readonly decision: PastDecision;
  /** In the order of `decision.admitted`. */
  readonly actions: LoggedRow["actions"];
  readonly chosen: number;
  /** True if the two policies' best pairs are different ones. */
  readonly changed: boolean;
}

/** Numbers for pairs, in the order in which they are first seen. */
export class Arms {
  readonly #numbers = new Map<string, number>();
  readonly pairs: { readonly service: string; readonly model: string | null }[] = [];

  of({ service, model }: CertifiedAdmission): number {
    const key = `${service} ${model ?? ""}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.pairs.push({ service, model }) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

/**
 * Scores what was admissible anew: exact, since the certificate holds every term and weights do not change terms.
 *
 * @returns undefined if the scores or the propensity that the certificate states do not follow from its terms and the policy that it names
 */
export function rescore(decision: PastDecision, was: ChoiceTerms, is: ChoiceTerms, arms: Arms): Rescored | undefined {
  const { admitted, selected } = decision;
  const chosen = admitted.findIndex(({ service, model }) => service === selected.service && model === selected.model);
  if (admitted.some(({ terms, prefer, score }) => scoreService(terms, prefer, was.weights) !== score)) return undefined;
  const [before, after] = [chancesOf(decision, was), chancesOf(decision, is)];
  const [own, stated] = [before[chosen], selected.propensity];
  if (own?.numerator !== stated.numerator || own.denominator !== stated.denominator) return undefined;
  const actions = admitted.map((pair, at) => ({ arm: arms.of(pair), logged: before[at] ?? NEVER, target: after[at] ?? NEVER }));
  return { decision, actions, chosen, changed: likeliest(before) !== likeliest(after) };
}

const NEVER: Propensity = { numerator: 0, denominator: 1 };

function chancesOf({ admitted, seed, requestDigest }: PastDecision, { weights, exploration }: ChoiceTerms): readonly Propensity[] {
  const [head, ...tail] = admitted.map(({ service, model, terms, prefer }): Scored => ({ service, model, score: scoreService(terms, prefer, weights) }));
  return head === undefined ? [] : choiceChances([head, ...tail], { seed, commitments: { digest: requestDigest }, exploration });
}

/** The pair that is taken unless chance has it otherwise. */
function likeliest(chances: readonly Propensity[]): number {
  return chances.reduce((best, { numerator }, at) => (numerator > (chances[best]?.numerator ?? 0) ? at : best), 0);
}
