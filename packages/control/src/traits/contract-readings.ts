import type { DataRetention, Locality, SafetyLevel, ServiceContract } from "@caio/contracts";
import { divideBig, MICRO, mulDiv } from "@caio/core";

/** What the readings need of a contract. */
export type TraitContract = Pick<ServiceContract, "version" | "privacy" | "alignment">;

/** Counts of a pair's leaf of H; both 0 without a leaf. */
export interface OutcomeCounts {
  readonly outcomes: number;
  readonly violations: number;
}

const localityBase: Readonly<Record<Locality, number>> = {
  on_device: 1_000_000,
  local: 900_000,
  private_cloud: 600_000,
  external: 200_000,
};

const safetyMicros: Readonly<Record<SafetyLevel, number>> = { low: 0, medium: 500_000, high: 1_000_000 };

/** Safety of a contract in micros: low or unsaid 0, medium 500 000, high 1 000 000 (calculus §5). */
export function safetyOf(contract: TraitContract): number {
  return safetyMicros[contract.alignment.safetyLevel ?? "low"];
}

/**
 * Maturity in micros: 0.4·[major ≥ 1] + 0.4·safety + 0.2·min(1, n/1000) (calculus §5). Every part is a whole number of micros,
 * so nothing is rounded. The major version is the digits before the first dot; no digits, no major version.
 */
export function maturityOf(contract: TraitContract, counts: OutcomeCounts): number {
  const released = /^v?0*[1-9]/.test(contract.version) ? 400_000 : 0;
  return released + (safetyOf(contract) / 10) * 4 + 200 * Math.min(1000, counts.outcomes);
}

/**
 * Confidentiality in micros: base + 0.3·[end_to_end] − 0.1·[retention not none or session], clamped to 0 … 1 000 000
 * (calculus §5). The encryption type counts only with `encryption` true (calculus §4); unsaid retention is indefinite.
 */
export function confidentialityOf(contract: TraitContract): number {
  const { dataLocality, encryption, encryptionType, dataRetention } = contract.privacy;
  const base = localityBase[dataLocality ?? "external"];
  const endToEnd = encryption === true && encryptionType === "end_to_end" ? 300_000 : 0;
  const kept = isShortLived(dataRetention) ? 0 : 100_000;
  return Math.min(MICRO, Math.max(0, base + endToEnd - kept));
}

/** v in micros: min(10⁶, ⌈10⁶·(x + 1)/(n + 20)⌉), the violation rate seen, never quite nothing (calculus §5). Exact up to 2^53 − 1 of both. */
export function violationRateOf(counts: OutcomeCounts): number {
  const rate = divideBig(BigInt(MICRO) * (BigInt(counts.violations) + 1n), BigInt(counts.outcomes) + 20n, "up");
  return rate < BigInt(MICRO) ? Number(rate) : MICRO;
}

/**
 * Risk in micros, rounded up: 1 − (1 − v)·(0.4·safety + 0.2·[content_filtering] + 0.1·[bias_mitigation] + 0.3·confidentiality)
 * (calculus §5).
 */
export function riskOf(contract: TraitContract, counts: OutcomeCounts): number {
  const { contentFiltering, biasMitigation } = contract.alignment;
  const care =
    (safetyOf(contract) / 10) * 4 +
    (contentFiltering === true ? 200_000 : 0) +
    (biasMitigation === true ? 100_000 : 0) +
    (confidentialityOf(contract) / 10) * 3;
  return MICRO - mulDiv(MICRO - violationRateOf(counts), care, MICRO, "down");
}

function isShortLived(retention: DataRetention | undefined): boolean {
  return retention === "none" || retention === "session";
}
