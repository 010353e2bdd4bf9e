import { fromHex, hmacSha256, toHex, type Digest } from "@caio/core";

/** d(label, x): HMAC-SHA-256 under the decision key of "caio/v1/" ‖ label ‖ 0x00 ‖ x (calculus §0). 32 bytes. */
export function derive(decisionKey: Uint8Array, label: "id" | "seed" | "salt" | "child", x: string): Uint8Array {
  return hmacSha256(decisionKey, `caio/v1/${label}\0${x}`);
}

/** What a decision key gives a decision: its public name and its seed. Neither reveals the key. */
export interface DecisionIdentity {
  readonly decisionId: Digest;
  readonly seed: Digest;
}

/** The decision id and the seed of a key of 64 hex digits (calculus §0). */
export function identityOf(decisionKey: Digest): DecisionIdentity {
  const key = fromHex(decisionKey);
  return { decisionId: toHex(derive(key, "id", "")), seed: toHex(derive(key, "seed", "")) };
}

/** The key of the n-th fallback or plan step of a decision, n = 1, 2, … (calculus §0). */
export function childKey(decisionKey: Digest, n: number): Digest {
  return toHex(derive(fromHex(decisionKey), "child", String(n)));
}
