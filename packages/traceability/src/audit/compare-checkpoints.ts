import { sha256, toHex, verifyConsistencyPath } from "@caio/core";

import type { Checkpoint } from "../notes/checkpoint.ts";
import type { AuditFinding } from "./audit-finding.ts";

/**
 * Says whether two checkpoints can be of one log, without its entries. Checkpoints of one size need no proof: two roots are a
 * fork.
 *
 * @param proof - consistency proof from the smaller to the larger (RFC 9162 §2.1.4), 32 bytes a hash
 * @returns undefined if the larger continues the smaller
 */
export function compareCheckpoints(one: Checkpoint, other: Checkpoint, proof: readonly Uint8Array[]): AuditFinding | undefined {
  const [older, newer] = one.size <= other.size ? [one, other] : [other, one];
  const finding = { logIndex: newer.size, related: older.size };
  if (older.origin !== newer.origin) {
    return { kind: "foreign_checkpoint", ...finding, message: `Checkpoints of ${older.origin} and of ${newer.origin}.` };
  }
  if (continues(older, newer, proof)) return undefined;
  const roots = `${toHex(older.root)} of ${String(older.size)} entries and ${toHex(newer.root)} of ${String(newer.size)}`;
  const cause = older.size === newer.size ? "no log has both" : "this proof does not lead from one to the other";
  return { kind: "fork", ...finding, message: `Roots ${roots}: ${cause}.` };
}

function continues(older: Checkpoint, newer: Checkpoint, proof: readonly Uint8Array[]): boolean {
  // Every log continues the empty one, whose root is that of no entries (RFC 9162 §2.1.1).
  if (older.size === 0 && newer.size > 0) return toHex(older.root) === toHex(sha256(""));
  return verifyConsistencyPath(older.size, newer.size, proof, older.root, newer.root);
}
