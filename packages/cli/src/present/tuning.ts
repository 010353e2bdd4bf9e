import { weightNames } from "@caio/orchestrator";
import type { Weights } from "@caio/rules";

import type { TunedPoint, TuningReport } from "../tune/tune-weights.ts";
import type { Style } from "./style.ts";
import { tableText } from "./table.ts";

const MICRO = 1_000_000;

/** What tuning found, in words and tables. */
export function tuningText(report: TuningReport, style: Style): string {
  const { decisions, tried, terms, currency, start, chosen, front, verdict } = report;
  const head = `Tuned on ${String(decisions.tuned)} decisions, judged on ${String(decisions.held)} others; ${String(tried)} weights tried (seed ${String(terms.seed)}); a point of quality is worth ${money(terms.tradeMicros)} ${currency}.`;
  return [
    style.bold(head),
    `\n${tableText(["", "quality (95 % interval)", `cost, ${currency}`, `gain a decision, ${currency}`], [row("as it is", start), row("tuned", chosen)], style)}`,
    `${VERDICTS[verdict]}\n\n${style.bold("Weights")}\n  ${weightsText(chosen.weights)}\n`,
    `${style.bold("Better for more money")} (quality and cost where they were tuned; then on the others)`,
    tableText(["quality", "cost", "quality of the others", "cost", "weights"], front.map(frontRow), style),
  ].join("\n");
}

const VERDICTS: Readonly<Record<TuningReport["verdict"], string>> = {
  better: "Better on decisions that it was not tuned on, with the whole interval of its gain.",
  unsure: "Not surely better on decisions that it was not tuned on: keep what there is, or ask for more decisions.",
  unchanged: "Nothing that was tried is better: keep what there is.",
};

/** `{ cost: 0.4, … }`, as a policy file takes them. */
function weightsText(weights: Weights): string {
  return `{ ${weightNames.map((name) => `${name}: ${String(weights[name] / MICRO)}`).join(", ")} }`;
}

function row(name: string, { held, gainMicros }: TunedPoint): readonly string[] {
  if (typeof held === "string") return [name, `NoOverlap (${held})`, "", ""];
  const gain = gainMicros === null ? "" : `${money(gainMicros.value)} (${money(gainMicros.low)} … ${money(gainMicros.high)})`;
  return [name, estimateText(held.quality), money(held.costMicros), gain];
}

function frontRow({ weights, tuned, held }: TunedPoint): readonly string[] {
  const others = typeof held === "string" ? [`NoOverlap (${held})`, ""] : [estimateText(held.quality), money(held.costMicros)];
  return [tuned.quality.toFixed(3), money(tuned.costMicros), ...others, weightsText(weights)];
}

function estimateText({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} … ${high.toFixed(3)})`;
}

function money(micros: number): string {
  return String(Number((micros / MICRO).toPrecision(4)));
}

/** A piece of a policy file, with where it comes from. */
export function policyFragment({ chosen, terms, currency, decisions, verdict }: TuningReport): string {
  const lines = [
    `# caio tune --trade ${String(terms.tradeMicros / MICRO)} --seed ${String(terms.seed)}: tuned on ${String(decisions.tuned)} decisions, judged on ${String(decisions.held)} others.`,
    `# ${VERDICTS[verdict]}`,
    ...(chosen.gainMicros === null ? [] : [`# Gain a decision: ${money(chosen.gainMicros.value)} ${currency} (95 %: ${money(chosen.gainMicros.low)} … ${money(chosen.gainMicros.high)}).`]),
    `weights: ${weightsText(chosen.weights)}`,
  ];
  return `${lines.join("\n")}\n`;
}
