import { readdirSync } from "node:fs";

import { pathOf } from "./digests.ts";

/** Files that decide one thing, and the quick tests that bear on them. */
export interface MutationGroup {
  readonly name: string;
  /** Files to mutate, from the root. */
  readonly files: readonly string[];
  /** Files of tests, from the root, in the order in which they run: the quickest first. */
  readonly tests: readonly string[];
  /** Cases of one property at most; 40 unless said. */
  readonly mostRuns?: number;
}

const routerAgrees = "tools/mutation/oracles/router-agrees.test.ts";
const verifierAgrees = "tools/mutation/oracles/verifier-agrees.test.ts";

/** What decides, group by group. */
export const mutationGroups: readonly MutationGroup[] = [
  {
    name: "argmax",
    files: filesOf("orchestrator", "src", ["choice", "pair", "pair-terms", "steps/admission", "steps/score"]),
    tests: [...testsOf("orchestrator", ["score", "choice-chances", "decision"]), routerAgrees],
  },
  {
    name: "limits",
    files: filesOf("orchestrator", "src", ["cost", "effective-limits", "steps/limits"]),
    tests: [...testsOf("orchestrator", ["limits", "decision"]), routerAgrees],
  },
  {
    name: "matching",
    files: [...allOf("contracts", "src/refinement"), ...filesOf("orchestrator", "src/steps", ["matching"])],
    tests: [...testsOf("contracts", ["matching-terms", "refinement"]), ...testsOf("orchestrator", ["matching"]), routerAgrees],
    mostRuns: 200,
  },
  {
    name: "algebra",
    files: allOf("guarantees", "src/composition"),
    tests: testsOf("guarantees", ["algebra-rows", "own-bounds", "compose-guarantees", "own-property", "promise-of", "necessity", "independence", "soundness"]),
  },
  {
    name: "rules",
    files: [...filesOf("rules", "src/engine", ["compiled-rule", "evaluate-rule", "filter-by-rules", "rule-engine", "satisfies-rule-action"]), ...filesOf("rules", "src/policy", ["effective-policy", "rule-order"])],
    tests: testsOf("rules", ["engine-terms", "rule-engine", "effective-policy"]),
  },
  {
    name: "rule-index",
    files: filesOf("rules", "src/engine", ["guard", "rule-index", "settled-rules"]),
    tests: testsOf("rules", ["guard", "settled-rules", "engine-terms", "rule-engine", "rule-index"]),
    mostRuns: 1_500,
  },
  {
    name: "cel",
    files: allOf("rules", "src/cel/evaluate"),
    tests: testsOf("rules", ["kept-parts", "cel-program", "compiled-conditions", "rule-engine"]),
    mostRuns: 200,
  },
  {
    name: "verifier",
    files: [...["calculus", "trie", "log"].flatMap((folder) => allOf("verifier", `src/${folder}`)), ...filesOf("verifier", "src", ["verify-bundle", "verify-certificate", "report/outcome", "report/verdicts"])],
    tests: [...testsOf("verifier", ["calculus", "rules", "trie-proof", "log-heads", "log-part", "verdicts", "outcome", "certificate-claims", "envelope", "strictness", "bundle", "merkle", "vectors"]), verifierAgrees],
  },
];

function filesOf(name: string, folder: string, names: readonly string[]): string[] {
  return names.map((file) => `packages/${name}/${folder}/${file}.ts`);
}

/** Also of the folders in it; files that are only types have no mutants. */
function allOf(name: string, folder: string): string[] {
  const files = readdirSync(pathOf(`packages/${name}/${folder}`), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).sort().map((file) => `packages/${name}/${folder}/${file}`);
}

function testsOf(name: string, names: readonly string[]): string[] {
  return names.map((file) => `packages/${name}/test/${file}.test.ts`);
}
