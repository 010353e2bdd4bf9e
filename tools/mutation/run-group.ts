import { tmpdir } from "node:os";
import { join } from "node:path";

import { Stryker } from "@stryker-mutator/core";

import { pathOf } from "./digests.ts";
import type { MutationGroup } from "./groups.ts";

/** Mutants, and what became of each. */
export type Mutants = Awaited<ReturnType<Stryker["runMutationTest"]>>;

/**
 * Mutates the files and runs the group's tests against every mutant. Nothing in the tree changes:
 * Stryker works on a copy in the folder for temporary files. From the root of the tree.
 */
export function runGroup({ tests, mostRuns = 40 }: MutationGroup, files: readonly string[]): Promise<Mutants> {
  const stryker = new Stryker({
    configFile: pathOf("tools/mutation/stryker.json"),
    tempDirName: join(tmpdir(), "caio-mutation"),
    mutate: [...files],
    caioTests: tests,
    caioMostRuns: mostRuns,
  });
  return stryker.runMutationTest();
}
