import { rememberedJson } from "@caio/core";

/** The six properties that every certificate argues, in this order (calculus §8). */
export const proofProperties = [
  "contract_matching",
  "rule_satisfaction",
  "security",
  "trait_constraints",
  "optimization",
  "guarantees",
] as const;

export type ProofProperty = (typeof proofProperties)[number];

/** One argument of a certificate: what holds, how it is checked, and where in the certificate the evidence is. */
export interface ProofObject {
  readonly property: ProofProperty;
  readonly statement: string;
  readonly method: string;
  /** JSON pointers into the certificate (RFC 6901). */
  readonly evidence: readonly string[];
}

interface Argument {
  readonly chosen: string;
  readonly refused: string;
  readonly method: string;
  readonly always: readonly string[];
  readonly ifChosen: readonly string[];
}

const ARGUMENTS: Readonly<Record<ProofProperty, Argument>> = {
  contract_matching: {
    chosen: "The contract of the selected pair refines the requirements, and no pair that offers the revealed capability was left out.",
    refused: "No pair that offers the revealed capability was left out, and each one not healthy or not refining the requirements is named.",
    method: "Check the trie proofs against the registry root, list the pairs of the revealed contracts, and redo step 1 for each (calculus §2).",
    always: ["/inputs/registry", "/completeness", "/history", "/verdicts"],
    ifChosen: ["/outcome/selected"],
  },
  rule_satisfaction: {
    chosen: "Every rule that fires admits the selected pair, and each pair that a rule rejects names the first such rule.",
    refused: "Each pair that a rule rejects names the first such rule.",
    method: "Evaluate the conditions of the policies for each pair that passed step 1; an error rejects (calculus §3).",
    always: ["/inputs/policy", "/verdicts"],
    ifChosen: ["/outcome/obligations"],
  },
  security: {
    chosen: "All five security predicates hold for the selected pair.",
    refused: "Each pair for which a security predicate fails names the first such predicate.",
    method: "Redo the five predicates from the contract, the policy and the disclosed principal (calculus §4).",
    always: ["/authentication", "/detected", "/verdicts"],
    ifChosen: ["/outcome/security"],
  },
  trait_constraints: {
    chosen: "Every residual of the selected pair is at most zero: safety, policy, traits, budget and latency.",
    refused: "Each pair that a limit rejects names the first limit whose residual is above zero.",
    method: "Recompute the residuals in integers (calculus §5).",
    always: ["/verdicts"],
    ifChosen: ["/outcome/limits"],
  },
  optimization: {
    chosen: "No admitted pair precedes the selected one in the order of draw, score and tie.",
    refused: "No pair is admitted.",
    method: "Recompute each score from its terms and the weights, each tie digest and the draw from the seed, and compare (calculus §6).",
    always: ["/verdicts"],
    ifChosen: ["/outcome/selected", "/outcome/runnerUp", "/outcome/margin", "/outcome/models"],
  },
  guarantees: {
    chosen: "The promise follows from the contract of the selected pair, its measured promises and the limits.",
    refused: "Nothing is promised.",
    method: "Take the effective guarantees of the pair and the limits in force (calculus §7).",
    always: [],
    ifChosen: ["/outcome/promise", "/outcome/control"],
  },
};

/** The six proof objects of a certificate; they depend on the kind of its outcome alone (certificate §3). */
export function proofObjects(kind: "chosen" | "refused"): readonly ProofObject[] {
  return objects[kind];
}

const objects = { chosen: argued("chosen"), refused: argued("refused") };

function argued(kind: "chosen" | "refused"): readonly ProofObject[] {
  const all = proofProperties.map((property) => {
    const { method, always, ifChosen, ...statements } = ARGUMENTS[property];
    const evidence = kind === "chosen" ? [...always, ...ifChosen] : always;
    return { property, statement: statements[kind], method, evidence };
  });
  // The same in every certificate.
  rememberedJson(all);
  return all;
}
