import { readFileSync } from "node:fs";

import type { Survivor } from "./campaign.ts";

/** Why a change of a place may stand: `attested` (the router's word), `void` (the claim is the same), `withheld` (less is shown). */
export interface SurvivorReason {
  readonly kind: "attested" | "void" | "withheld";
  /** Patterns of places, as regular expressions over the whole. */
  readonly places: readonly string[];
  readonly reason: string;
}

const reasons = JSON.parse(readFileSync(new URL("survivors.json", import.meta.url), "utf8")) as readonly SurvivorReason[];

/** The reason that explains a survivor; undefined makes it a bug of the verifier. */
export function reasonFor({ pattern, conclusion }: Survivor): SurvivorReason | undefined {
  return reasons.find(({ kind, places }) => (kind === "withheld") === (conclusion === "withheld") && places.some((place) => new RegExp(`^(${place})$`).test(pattern)));
}
