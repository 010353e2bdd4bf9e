import type { Json } from "../json/json.ts";

type Kind = "chosen" | "refused";

const METHODS = {
  contract_matching: "Check the trie proofs against the registry root, list the pairs of the revealed contracts, and redo step 1 for each (calculus §2).",
  rule_satisfaction: "Evaluate the conditions of the policies for each pair that passed step 1; an error rejects (calculus §3).",
  security: "Redo the five predicates from the contract, the policy and the disclosed principal (calculus §4).",
  trait_constraints: "Recompute the residuals in integers (calculus §5).",
  optimization: "Recompute each score from its terms and the weights, each tie digest and the draw from the seed, and compare (calculus §6).",
  guarantees: "Take the effective guarantees of the pair and the limits in force (calculus §7).",
};

/** Statement and evidence by property; the evidence of a choice goes beyond that of a refusal. */
const STATEMENTS: Readonly<Record<Kind, Readonly<Record<keyof typeof METHODS, readonly [statement: string, evidence: string]>>>> = {
  chosen: {
    contract_matching: ["The contract of the selected pair refines the requirements, and no pair that offers the revealed capability was left out.", "/inputs/registry /completeness /history /verdicts /outcome/selected"],
    rule_satisfaction: ["Every rule that fires admits the selected pair, and each pair that a rule rejects names the first such rule.", "/inputs/policy /verdicts /outcome/obligations"],
    security: ["All five security predicates hold for the selected pair.", "/authentication /detected /verdicts /outcome/security"],
    trait_constraints: ["Every residual of the selected pair is at most zero: safety, policy, traits, budget and latency.", "/verdicts /outcome/limits"],
    optimization: ["No admitted pair precedes the selected one in the order of draw, score and tie.", "/verdicts /outcome/selected /outcome/runnerUp /outcome/margin /outcome/models"],
    guarantees: ["The promise follows from the contract of the selected pair, its measured promises and the limits.", "/outcome/promise /outcome/control"],
  },
  refused: {
    contract_matching: ["No pair that offers the revealed capability was left out, and each one not healthy or not refining the requirements is named.", "/inputs/registry /completeness /history /verdicts"],
    rule_satisfaction: ["Each pair that a rule rejects names the first such rule.", "/inputs/policy /verdicts"],
    security: ["Each pair for which a security predicate fails names the first such predicate.", "/authentication /detected /verdicts"],
    trait_constraints: ["Each pair that a limit rejects names the first limit whose residual is above zero.", "/verdicts"],
    optimization: ["No pair is admitted.", "/verdicts"],
    guarantees: ["Nothing is promised.", ""],
  },
};

/** The six proof objects of an outcome, to the letter (docs/proof-objects.json). */
export function proofObjects(kind: Kind): Json {
  return Object.entries(METHODS).map(([property, method]) => {
    const [statement, evidence] = STATEMENTS[kind][property as keyof typeof METHODS];
    return { property, statement, method, evidence: evidence === "" ? [] : evidence.split(" ") };
  });
}
