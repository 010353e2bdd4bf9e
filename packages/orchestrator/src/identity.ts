import { fromHex, HmacKey, hmacSha256, type Digest } from "@caio/core";

/** What is derived for. */
export type DerivationLabel = "id" | "seed" | "salt" | "child";

/** d(label, x): HMAC-SHA-256 under the decision key of "caio/v1/" ‖ label ‖ 0x00 ‖ x (calculus §0). 32 bytes. */
export function derive(decisionKey: Uint8Array, label: DerivationLabel, x: string): Uint8Array {
  return hmacSha256(decisionKey, derivation(label, x));
}

/** The message of d(label, x), for a key that derives more than once. */
export function derivation(label: DerivationLabel, x: string): string {
  return `caio/v1/${label}\0${x}`;
}

/** What a decision key gives a decision: its public name and its seed. Neither reveals the key. */
export interface DecisionIdentity {
  readonly decisionId: Digest;
  readonly seed: Digest;
}

/** The decision id and the seed of a key of 64 hex digits (calculus §0). */
export function identityOf(decisionKey: Digest): DecisionIdentity {
  const key = new HmacKey(fromHex(decisionKey));
  return { decisionId: key.digest(derivation("id", "")), seed: key.digest(derivation("seed", "")) };
}

/** The key of the n-th fallback or plan step of a decision, n = 1, 2, … (calculus §0). */
export function childKey(decisionKey: Digest, n: number): Digest {
  return new HmacKey(fromHex(decisionKey)).digest(derivation("child", String(n)));
}
