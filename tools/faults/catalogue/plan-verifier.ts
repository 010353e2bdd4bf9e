import type { Fault } from "../fault.ts";

const TREE = "verifier/src/plan/plan-tree.ts";
const OUTCOME = "verifier/src/plan/plan-outcome.ts";
const PLAN = "verifier/src/plan/verify-plan.ts";

/** What the verifier of a plan no longer looks at: no planner is broken, so forgeries show it (certificate §11). */
export const planVerifierFaults: readonly Fault[] = [
  {
    id: "plan-leaf-unchecked",
    title: "The verifier takes a bounded leaf of the tree at its word",
    breaks: "certificate §11: each leaf is what its letter says",
    file: TREE,
    find: 'if (letter === "!") return this.#isBounded(this.#most(node));',
    replace: 'if (letter === "!") return true;',
    needs: "forged plans",
    plan: "forgeries",
  },
  {
    id: "plan-rest-unchecked",
    title: "The verifier takes what the tree leaves out at its word",
    breaks: "certificate §11: what is left out is bounded below the best",
    file: TREE,
    find: "if (this.#claimed === undefined || most >= this.#claimed.score) throw",
    replace: "if (this.#claimed === undefined) throw",
    needs: "forged plans",
    plan: "forgeries",
  },
  {
    id: "plan-limits-unchecked",
    title: "The verifier does not hold the sums of a plan to its limits",
    breaks: "certificate §11: the plan chosen keeps its limits",
    file: OUTCOME,
    find: "if (late || capsOf(limits).some((cap, at) => (used[at] ?? 0) > cap)) return",
    replace: "if (late) return",
    needs: "forged plans",
    plan: "forgeries",
  },
  {
    id: "plan-promise-unchecked",
    title: "The verifier does not compose the promise again",
    breaks: "certificate §11: the promise is what the pairs promise together",
    file: OUTCOME,
    find: 'checks.equal("plan.promise", outcome.promise, () => ({',
    replace: 'checks.equal("plan.promise", outcome.promise, () => outcome.promise ?? ({',
    needs: "forged plans",
    plan: "forgeries",
  },
  {
    id: "plan-none-unchecked",
    title: "The verifier takes it at its word that no plan keeps the limits",
    breaks: "certificate §11: the tree shows that nothing keeps the limits",
    file: OUTCOME,
    find: "new TreeWalk(ground, bounds, proof.tree, undefined, work).check();",
    replace: "",
    needs: "forged plans",
    plan: "forgeries",
  },
  {
    id: "plan-parent-unchecked",
    title: "The verifier takes the steps of another plan",
    breaks: "certificate §11: the parent of each step is the plan",
    file: PLAN,
    find: "return certificate.lineage?.parent === plan.decisionId ?",
    replace: "return plan !== undefined ?",
    needs: "forged plans",
    plan: "forgeries",
  },
];
