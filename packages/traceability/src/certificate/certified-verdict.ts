import type { Candidate } from "@caio/contracts";

/** A pair that fell, with the first clause it broke (calculus §1). */
export interface CertifiedRejection extends Candidate {
  readonly step: 1 | 2 | 3 | 4;
  readonly clause: string;
}

/** A pair that broke nothing: the integer terms of its score (micros), the score (pico) and every residual (calculus §5, §6). */
export interface CertifiedAdmission extends Candidate {
  readonly step: 0;
  readonly terms: {
    readonly intent: number;
    readonly attention: number;
    readonly rl: number;
    readonly resonance: number;
    readonly model: number;
    readonly cost: number;
    readonly risk: number;
    readonly latency: number;
  };
  readonly prefer: number;
  readonly score: number;
  readonly residuals: CertifiedResiduals;
}

/** `silent`: a limit with nothing promised against it; `currency`: a cost or budget that no rate converts. */
export interface CertifiedLimit {
  readonly residual: number;
  readonly flag: "silent" | "currency" | null;
}

export interface CertifiedResiduals {
  readonly safety: { readonly forbidden: number; readonly harmful: number; readonly unsafe: number };
  readonly policy: { readonly onDevice: number; readonly privacy: number; readonly compliance: number };
  readonly traits: { readonly conservative: number; readonly confidential: number; readonly risk: number };
  readonly budget: CertifiedLimit;
  readonly latency: CertifiedLimit;
}

export type CertifiedVerdict = CertifiedRejection | CertifiedAdmission;
