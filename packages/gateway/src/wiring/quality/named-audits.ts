import { CaioError, digest, isDigest, type Digest } from "@caio/core";

/** How one prompt was judged both ways. */
export interface GivenAudit {
  /** 0 … 1 000 000: of what the policy would choose with savings released. */
  readonly scoreMicros: number;
  /** 0 … 1 000 000: of the reference. */
  readonly referenceMicros: number;
  /** By what the auditor knows it again. */
  readonly name?: string | undefined;
}

/** An audit that was counted under a name: of the name its digest alone. */
export type NamedAudit = readonly [name: Digest, scoreMicros: number, referenceMicros: number];

/** Names that are known again, per policy; one more and the oldest is forgotten. */
export const MAX_NAMED_AUDITS = 1024;

/**
 * Whether this audit was counted before, under this name.
 *
 * @throws CaioError `FeedbackConflict` if the name was given to other scores
 */
export function wasCounted(named: readonly NamedAudit[], { name, scoreMicros, referenceMicros }: GivenAudit): boolean {
  const known = name === undefined ? undefined : named.find(([each]) => each === nameDigest(name));
  if (known === undefined) return false;
  if (known[1] === scoreMicros && known[2] === referenceMicros) return true;
  throw new CaioError("FeedbackConflict", "The name was given to an audit with other scores. Use another name, or say the same.", { details: { reason: "name_taken" } });
}

/** The names after this audit was counted. */
export function withNamed(named: readonly NamedAudit[], { name, scoreMicros, referenceMicros }: GivenAudit): readonly NamedAudit[] {
  return name === undefined ? named : [...named, [nameDigest(name), scoreMicros, referenceMicros] as const].slice(-MAX_NAMED_AUDITS);
}

/** Whether a stored value is such names. */
export function areNamedAudits(found: unknown): found is readonly NamedAudit[] {
  return Array.isArray(found) && found.length <= MAX_NAMED_AUDITS && found.every(isNamedAudit);
}

function isNamedAudit(found: unknown): boolean {
  return Array.isArray(found) && found.length === 3 && isDigest(found[0]) && Number.isSafeInteger(found[1]) && Number.isSafeInteger(found[2]);
}

function nameDigest(name: string): Digest {
  return digest(["caio-audit-name-v1", name]);
}
