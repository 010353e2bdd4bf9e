import { verifyConsistencyPath, verifyInclusionPath } from "@caio/core";
import { MerkleLog } from "@caio/traceability";

import { Dice } from "../../worlds/random/dice.ts";
import type { Finding, Property, RunTerms } from "../property.ts";

/** Makes the log as it is seen at a second checkpoint, from the entries at the first and those that came after. */
type Grow = (entries: readonly string[], added: readonly string[], dice: Dice) => readonly string[];

const honest: Grow = (entries, added) => [...entries, ...added];

const faults: Readonly<Record<string, Grow>> = {
  "rewrites-an-entry": (entries, added, dice) => {
    const at = dice.int(0, entries.length - 1);
    return [...entries.map((entry, index) => (index === at ? `${entry}!` : entry)), ...added];
  },
  "drops-an-entry": (entries, added) => [...entries.slice(1), ...added, "filler"],
  "swaps-two-entries": (entries, added) => [...[...entries].reverse(), ...added],
};

/**
 * INV-CAIO-LOG-0001: any two checkpoints of a log are consistent, and what was in the first is still in the second. The first
 * root is taken before the log grows, so that a log that rewrites itself cannot choose it afterwards.
 */
export const appendOnly: Property = {
  name: "append-only",
  faults: Object.keys(faults),
  run: ({ seed, cases, fault }: RunTerms): Promise<Finding> => {
    const grow = (fault === undefined ? undefined : faults[fault]) ?? honest;
    for (let at = 0; at < cases; at++) {
      const violation = violationOf(new Dice(seed + at), grow);
      if (violation !== undefined) return Promise.resolve({ cases: at, violation: `seed ${String(seed + at)}: ${violation}` });
    }
    return Promise.resolve({ cases });
  },
};

function violationOf(dice: Dice, grow: Grow): string | undefined {
  const entries = Array.from({ length: dice.int(2, 40) }, (_entry, index) => `entry ${String(index)} ${String(dice.int(0, 999))}`);
  const added = Array.from({ length: dice.int(0, 40) }, (_entry, index) => `later ${String(index)}`);
  const first = logOf(entries).head();
  const log = logOf(grow(entries, added, dice));
  const second = log.head();
  const proof = log.consistencyProof(first.size);
  if (!verifyConsistencyPath(first.size, second.size, proof, first.root, second.root)) {
    return `the checkpoints of sizes ${String(first.size)} and ${String(second.size)} are not consistent`;
  }
  const at = dice.int(0, entries.length - 1);
  const leaf = logOf([entries[at] ?? ""]).leafHash(0);
  const included = verifyInclusionPath(leaf, at, second.size, log.inclusionProof(at), second.root);
  return included ? undefined : `entry ${String(at)} is no longer in the log`;
}

function logOf(entries: readonly string[]): MerkleLog {
  const log = new MerkleLog();
  log.appendAll(entries);
  return log;
}
