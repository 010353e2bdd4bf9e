import { verifyCheckpointBy, verifyConsistency, type Checkpoint } from "@caio/verifier";
import * as z from "zod/mini";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { operatorKeys } from "../gateway/operator-keys.ts";

/** The newest head of a log, and what this browser found of it. */
export interface CheckedCheckpoint {
  readonly note: string;
  /** The keys that the gateway says are the operator's, newest first. Who does not trust the gateway compares them with a copy of his own. */
  readonly keys: readonly string[];
  readonly checkpoint: Checkpoint;
  /** Why its signature does not count. */
  readonly problem?: string;
}

/** Whether an earlier head is continued by a later one (RFC 9162 §2.1.4). */
export type Continuation = "continued" | "same" | "broken";

const proofs = z.object({ proof: z.array(z.string()) });

/** Reads the newest checkpoint and checks its signature here. @throws Error for what is no checkpoint */
export async function newestCheckpoint(gateway: GatewayClient): Promise<CheckedCheckpoint> {
  const [note, keys] = await Promise.all([gateway.text("api/v1/log/checkpoint"), operatorKeys(gateway)]);
  const { checkpoint, problem } = await verifyCheckpointBy(note, keys);
  if (checkpoint === undefined) throw new Error(`The gateway's checkpoint cannot be read: ${problem}.`);
  return { note, keys, checkpoint, ...(problem === undefined ? {} : { problem }) };
}

/** Asks the gateway for the proof that one head continues another, and checks it here. */
export async function continuationOf(gateway: Pick<GatewayClient, "read">, earlier: Checkpoint, later: Checkpoint): Promise<Continuation> {
  if (earlier.origin !== later.origin || earlier.size > later.size) return "broken";
  // There is no proof from the empty log, which every log continues.
  if (earlier.size === 0 && later.size > 0) return "continued";
  if (earlier.size === 0) return hexOf(earlier.root) === hexOf(later.root) ? "same" : "broken";
  const isSame = earlier.size === later.size;
  const proof = isSame ? [] : (await gateway.read(`api/v1/log/consistency?first=${String(earlier.size)}&second=${String(later.size)}`, proofs)).proof;
  if (!verifyConsistency({ size1: earlier.size, size2: later.size, root1: earlier.root, root2: later.root, proof: proof.map(bytesOf) })) return "broken";
  return isSame ? "same" : "continued";
}

/** Bytes as hex. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
