import type { Certificate, Verdict } from "./receipt-shape.ts";
import { count } from "./words.ts";

/** A stage of the way from all services to the one chosen. */
export interface FunnelStage {
  readonly id: "view" | "candidates" | "contract" | "rules" | "security" | "limits" | "chosen";
  readonly title: string;
  /** Services at the first stage, pairs of a service and a model after it. */
  readonly unit: "services" | "pairs";
  /** How many came out of it. */
  readonly left: number;
  /** How many fell in it. */
  readonly fell: number;
  /** What it asks. */
  readonly asks: string;
  /** How many fell by which clause, in the order of the calculus. */
  readonly clauses: readonly { readonly clause: string; readonly fell: number }[];
}

const STEPS = [
  { step: 1, id: "contract", title: "Contract holds", asks: "Healthy, and its contract gives what the request requires" },
  { step: 2, id: "rules", title: "Rules allow", asks: "No rule of the policies rejects it" },
  { step: 3, id: "security", title: "Security holds", asks: "Authentication, authorisation, privacy, trust and access" },
  { step: 4, id: "limits", title: "Within limits", asks: "Safety, policy, traits, budget and latency" },
] as const;

/** The order of the clauses inside their steps (calculus §1); rules stand in the order of their ids, as a certificate does not number them. */
const ORDER = ["excluded", "health", "capabilities", "guarantees", "constraints", "assumptions", "authentication", "authorization", "privacy", "trust", "access", "safety", "policy", "traits", "budget", "latency"];

/** The stages of a decision with their numbers: what fell and what was left, to the last pair. */
export function funnelOf({ inputs, verdicts, outcome }: Certificate): readonly FunnelStage[] {
  const { size } = inputs.registry;
  const offering = new Set(verdicts.map(({ service }) => service)).size;
  const stages: FunnelStage[] = [
    { id: "view", title: "Services in view", unit: "services", left: size, fell: 0, asks: "All services that the tenant may see", clauses: [] },
    { id: "candidates", title: "Candidates", unit: "pairs", left: verdicts.length, fell: 0, asks: `Offer the capability asked for: ${count(offering, "service")} with ${count(verdicts.length, "pair")}`, clauses: [] },
  ];
  let left = verdicts.length;
  for (const { step, ...stage } of STEPS) {
    const fallen = verdicts.filter((verdict) => verdict.step === step);
    left -= fallen.length;
    stages.push({ ...stage, unit: "pairs", left, fell: fallen.length, clauses: clausesOf(fallen) });
  }
  const chosen = outcome.kind === "chosen" ? 1 : 0;
  stages.push({ id: "chosen", title: chosen === 1 ? "Chosen" : "None chosen", unit: "pairs", left: chosen, fell: left - chosen, asks: chosen === 1 ? "First in the order of the scores" : "No pair was left", clauses: [] });
  return stages;
}

function clausesOf(fallen: readonly Verdict[]): FunnelStage["clauses"] {
  const counts = new Map<string, number>();
  for (const verdict of fallen) if (verdict.step !== 0) counts.set(verdict.clause, (counts.get(verdict.clause) ?? 0) + 1);
  return [...counts].map(([clause, fell]) => ({ clause, fell })).sort((a, b) => ORDER.indexOf(a.clause) - ORDER.indexOf(b.clause) || (a.clause < b.clause ? -1 : 1));
}
