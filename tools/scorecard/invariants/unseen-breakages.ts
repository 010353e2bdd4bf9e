import type { Fault } from "../../faults/fault.ts";

/** A source edit as the fault catalogue has them, of which no reader of a receipt could see anything. */
export type UnseenFault = Pick<Fault, "id" | "title" | "file" | "find" | "replace">;

const CHECK_RESULT = "guarantees/src/enforcement/result/check-result.ts";

/** Beside the catalogue: what a certificate does not show, because it concerns execution, words, two runs or two checkpoints. */
export const unseenFaults: readonly UnseenFault[] = [
  {
    id: "seed-by-chance",
    title: "The seed of a decision is drawn, not derived",
    file: "orchestrator/src/identity.ts",
    find: 'seed: key.digest(derivation("seed", ""))',
    replace: 'seed: key.digest(derivation("seed", String(Math.random())))',
  },
  {
    id: "late-answers-pass",
    title: "The enforcer waits for a moment longer than was promised",
    file: "guarantees/src/enforcement/run-to-deadline.ts",
    find: "const startedUs = clock.nowUs();",
    replace: "deadlineUs += 5_000;\n  const startedUs = clock.nowUs();",
  },
  {
    id: "any-shape-passes",
    title: "An output that does not satisfy its schema is returned",
    file: CHECK_RESULT,
    find: "if (breach !== undefined) {",
    replace: 'if (breach === "") {',
  },
  {
    id: "caps-not-held",
    title: "Tokens and cost are measured and held to nothing",
    file: CHECK_RESULT,
    find: "else if (measured > cap) {",
    replace: "else if (measured < 0) {",
  },
  {
    id: "changed-payloads-pass",
    title: "A payload that was changed during the call goes unnoticed",
    file: CHECK_RESULT,
    find: "if (payloadDigestOf(call) !== check.payloadDigest) {",
    replace: "if (payloadDigestOf(call) === null) {",
  },
  {
    id: "outcomes-not-logged",
    title: "How calls ended does not go into the log",
    file: "orchestrator/src/execution/outcome-recorder.ts",
    find: "return await this.#ports.traces.appendOutcome(tenant, outcome);",
    replace: "return await Promise.resolve({ logIndex: undefined });",
  },
  {
    id: "explanation-without-route",
    title: "The words of a decision do not say where the data goes",
    file: "orchestrator/src/explanation.ts",
    find: "(${selected.route}) of",
    replace: "of",
  },
  {
    id: "consistency-cut-short",
    title: "A consistency proof leaves out its last hash",
    file: "core/src/merkle-tree.ts",
    find: "if (!whole) path.push(rangeHash(low, high, read));",
    replace: "",
  },
  {
    id: "models-not-ranked",
    title: "The models that were considered are listed from the worst to the best",
    file: "orchestrator/src/steps/certification.ts",
    find: ".sort((a, b) => b.score - a.score",
    replace: ".sort((a, b) => a.score - b.score",
  },
  {
    id: "plan-over-budget",
    title: "A plan may cost a little more than its budget",
    file: "orchestrator/src/plan/choice/plan-problem.ts",
    find: "budgetMicros ?? Infinity,",
    replace: "budgetMicros === null ? Infinity : budgetMicros + 50,",
  },
];
