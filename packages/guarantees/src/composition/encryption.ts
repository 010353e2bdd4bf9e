import type { EncryptionType, Privacy } from "@caio/contracts";

/** What encryption is promised; `some` is encryption of a kind that was not said. */
export type EncryptionLevel = "none" | "some" | EncryptionType;

/** The encryption a contract says; a type counts only with `encryption: true` (calculus §4). */
export function encryptionLevel(privacy: Privacy): EncryptionLevel {
  return privacy.encryption === true ? (privacy.encryptionType ?? "some") : "none";
}

/** What holds of both: `end_to_end` implies every type, any type implies `some`. */
export function meetEncryption(first: EncryptionLevel, second: EncryptionLevel): EncryptionLevel {
  if (first === second) return first;
  if (first === "none" || second === "none") return "none";
  if (first === "end_to_end") return second;
  if (second === "end_to_end") return first;
  return "some";
}
