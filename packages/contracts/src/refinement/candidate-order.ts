import type { Candidate } from "../request.ts";

/** The order of pairs: service, then model, by UTF-16 code units, null first (calculus §1). */
export function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.service !== b.service) return a.service < b.service ? -1 : 1;
  if (a.model === b.model) return 0;
  if (a.model === null) return -1;
  if (b.model === null) return 1;
  return a.model < b.model ? -1 : 1;
}
