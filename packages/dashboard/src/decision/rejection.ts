import type { Finding } from "./finding.ts";
import { offerOf } from "./pair-offer.ts";
import { nameOf, type PairName, type Policy, type Rejected } from "./receipt-shape.ts";
import type { Receipt } from "./receipt.ts";
import { findingOf } from "./rejection-finding.ts";

/** A pair that fell, with its clause in words. */
export interface Rejection extends PairName {
  readonly name: string;
  readonly step: Rejected["step"];
  /** Contract, rules, security or limits. */
  readonly stage: string;
  readonly clause: string;
  readonly words: string;
  /** What was found and what was asked, as far as the receipt tells. */
  readonly finding: Finding | undefined;
}

const STAGES = { 1: "Contract", 2: "Rules", 3: "Security", 4: "Limits" } as const;
const WORDS: Readonly<Record<string, string>> = {
  excluded: "Was tried before and is excluded",
  health: "Is not healthy, or is being drained",
  capabilities: "Does not offer what is asked",
  guarantees: "Does not guarantee what is asked",
  constraints: "Breaks a constraint of the request",
  assumptions: "Does not accept what the request brings",
  authentication: "The caller's authentication does not hold",
  authorization: "The caller is not permitted to use it",
  privacy: "May not see sensitive data",
  trust: "Demands more trust than the caller has",
  access: "Is outside the caller's tenant, region or route",
  safety: "Breaks the safety limit",
  policy: "Lacks the privacy or compliance demanded",
  traits: "Breaks the caller's traits",
  budget: "Can cost more than the budget",
  latency: "Promises no such latency",
};

/** Every pair that fell, in the order of the verdicts. */
export function rejectionsOf(receipt: Receipt): readonly Rejection[] {
  return receipt.certificate.verdicts.flatMap((verdict) => (verdict.step === 0 ? [] : [rejectionOf(verdict, receipt)]));
}

/** What a clause means, whatever pair broke it. */
function clauseWords(clause: string, policies: readonly Policy[]): string {
  if (clause.startsWith("rule:")) return ruleReason(clause.slice("rule:".length), policies) ?? `Is rejected by the rule ${clause.slice("rule:".length)}`;
  return WORDS[clause] ?? clause;
}

function rejectionOf({ service, model, step, clause }: Rejected, receipt: Receipt): Rejection {
  const pair = { service, model };
  const offer = offerOf(receipt, pair);
  return { ...pair, name: nameOf(pair), step, stage: STAGES[step], clause, words: clauseWords(clause, receipt.policies), finding: offer === undefined ? undefined : findingOf(clause, offer, receipt) };
}

/** The reason that a rule gives. A rule of a named policy is `policy/rule`. */
function ruleReason(rule: string, policies: readonly Policy[]): string | undefined {
  for (const [at, policy] of policies.entries()) {
    const found = policy.rules.find(({ id }) => rule === (at === 0 ? id : `${policy.id}/${id}`));
    if (found !== undefined) return found.reason;
  }
  return undefined;
}
