import { readFileSync } from "node:fs";

interface Unexplained {
  readonly pattern: string;
  readonly conclusion: string;
  readonly pairs: number;
}

/** Why a change of a place may stand: `attested` (the router's word), `void` (the claim is the same), `withheld` (less is shown). */
export interface SurvivorReason {
  readonly kind: "attested" | "void" | "withheld";
  /** Patterns of places, as regular expressions over the whole. */
  readonly places: readonly string[];
  /** True if it explains only decisions that had no pair to judge. */
  readonly withoutPairs?: boolean;
  readonly reason: string;
}

const reasons = JSON.parse(readFileSync(new URL("survivors.json", import.meta.url), "utf8")) as readonly SurvivorReason[];

/** The reason that explains a survivor; undefined makes it a bug of the verifier. */
export function reasonFor({ pattern, conclusion, pairs }: Unexplained): SurvivorReason | undefined {
  return reasons.find(
    ({ kind, places, withoutPairs = false }) =>
      (kind === "withheld") === (conclusion === "withheld") && (!withoutPairs || pairs === 0) && places.some((place) => new RegExp(`^(${place})$`).test(pattern)),
  );
}
