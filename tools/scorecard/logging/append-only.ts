import { verifyConsistencyPath, verifyInclusionPath } from "@caio/core";
import { MerkleLog } from "@caio/traceability";

import { judgement, type Check } from "../engine/check.ts";
import type { Grow, GrowingLog } from "./growing-log.ts";

/**
 * INV-CAIO-LOG-0001: any two checkpoints of a log are consistent, and what was in the first is still in the second. The first
 * root is taken before the log grows, so that a log that rewrites itself cannot choose it afterwards.
 */
export const appendOnly: Check<GrowingLog, Grow> = {
  name: "append-only",
  judge: ({ entries, later, at }) => {
    const first = logOf(entries).head();
    const log = logOf(later);
    const second = log.head();
    const proof = log.consistencyProof(first.size);
    if (!verifyConsistencyPath(first.size, second.size, proof, first.root, second.root)) {
      return { violation: `the checkpoints of sizes ${String(first.size)} and ${String(second.size)} are not consistent` };
    }
    const leaf = logOf([entries[at] ?? ""]).leafHash(0);
    const included = verifyInclusionPath(leaf, at, second.size, log.inclusionProof(at), second.root);
    return judgement(included, () => `entry ${String(at)} is no longer in the log`);
  },
  faults: {
    "rewrites-an-entry": (entries, added, dice) => {
      const at = dice.int(0, entries.length - 1);
      return [...entries.map((entry, index) => (index === at ? `${entry}!` : entry)), ...added];
    },
    "drops-an-entry": (entries, added) => [...entries.slice(1), ...added, "filler"],
    "swaps-two-entries": (entries, added) => [...[...entries].reverse(), ...added],
  },
};

function logOf(entries: readonly string[]): MerkleLog {
  const log = new MerkleLog();
  log.appendAll(entries);
  return log;
}
