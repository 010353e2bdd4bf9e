import { counterfactualsOf, type Counterfactual } from "./counterfactual.ts";
import { funnelOf, type FunnelStage } from "./funnel.ts";
import { limitSlackOf, type LimitSlack } from "./limit-slack.ts";
import { promisesOf, type KeptPromise } from "./promise-kept.ts";
import { nameOf } from "./receipt-shape.ts";
import type { Receipt } from "./receipt.ts";
import { rejectionsOf, type Rejection } from "./rejection.ts";
import { requestPathsOf, withheldText, type RequestPath } from "./request-paths.ts";
import { scoreBarsOf, type ScoreBars } from "./score-bars.ts";
import type { Trace } from "./trace-shape.ts";

/** One decision as a picture: everything that is drawn of it, as values. */
export interface DecisionPicture {
  readonly decisionId: string;
  readonly tenant: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  readonly headline: string;
  /** The currency of the base policy. */
  readonly currency: string;
  readonly outcome: "chosen" | "refused";
  readonly funnel: readonly FunnelStage[];
  readonly rejections: readonly Rejection[];
  readonly scores: ScoreBars;
  readonly limits: readonly LimitSlack[];
  readonly promises: readonly KeptPromise[];
  readonly counterfactuals: readonly Counterfactual[];
  readonly request: readonly RequestPath[];
  /** What is withheld, in words. */
  readonly withheld: string | undefined;
  /** What a reader should know of this decision before all else: staleness, a test key, a lineage. */
  readonly notices: readonly string[];
}

/** Draws a decision from its receipt and, if there is one, from its trace. */
export function pictureOf(receipt: Receipt, trace?: Trace): DecisionPicture {
  const { certificate } = receipt;
  return {
    decisionId: certificate.decisionId,
    tenant: certificate.tenant,
    at: certificate.now,
    outcome: certificate.outcome.kind,
    headline: headlineOf(receipt),
    currency: receipt.policies[0]?.currency ?? "",
    funnel: funnelOf(certificate),
    rejections: rejectionsOf(receipt),
    scores: scoreBarsOf(receipt),
    limits: limitSlackOf(receipt),
    promises: promisesOf(receipt, trace),
    counterfactuals: counterfactualsOf(receipt),
    request: requestPathsOf(receipt),
    withheld: withheldText(receipt),
    notices: noticesOf(receipt),
  };
}

const REFUSALS: Readonly<Record<string, string>> = {
  NoMatchingService: "no service satisfies what the request requires",
  RuleViolation: "the rules reject every service that matches",
  SecurityViolation: "security rejects every service that the rules admit",
  SafetyViolation: "the safety limit rejects every service that is left",
  PolicyViolation: "the privacy or compliance demanded rejects every service that is left",
  TraitViolation: "the caller's traits reject every service that is left",
  BudgetExceeded: "every service that is left can cost more than the budget",
  LatencyExceeded: "no service that is left promises the latency asked for",
};

/** A refusal's code in words. */
function refusalWords(code: string): string {
  return REFUSALS[code] ?? code;
}

function headlineOf({ certificate: { outcome } }: Receipt): string {
  return outcome.kind === "chosen" ? `Chosen: ${nameOf(outcome.selected)}` : `Refused: ${refusalWords(outcome.code)}`;
}

function noticesOf({ certificate: { inputs, testKey, lineage, outcome } }: Receipt): readonly string[] {
  const stale = (["registry", "policy"] as const).flatMap((name) => {
    const age = inputs[name].stale;
    return age === undefined ? [] : [`Decided on a ${name} that was confirmed ${String(age.confirmedMsAgo)} ms before; the bound is ${String(age.boundMs)} ms.`];
  });
  const excluded = lineage === null || lineage.excluded.length === 0 ? "" : ` Tried before and excluded: ${lineage.excluded.map(nameOf).join(", ")}.`;
  return [
    ...(testKey ? ["Made with a published test key: chance in it is nobody's secret."] : []),
    ...(lineage === null ? [] : [`Follows decision ${lineage.parent.slice(0, 12)}….${excluded}`]),
    ...stale,
    ...(outcome.kind === "chosen" && outcome.obligations.length > 0 ? [`Obligations: ${outcome.obligations.join(", ").replaceAll("_", " ")}.`] : []),
  ];
}
