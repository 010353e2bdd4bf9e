import type { CertifiedPlanChoice, CertifiedPlanRefusal, PlanCertificate, PlanTree } from "@caio/traceability";

import type { Style } from "./style.ts";
import { oneLine } from "./plain-text.ts";
import { tableText } from "./table.ts";

/** What a plan's certificate says, in words: the pairs chosen, what they promise together, and how far it is shown to be the best. */
export function planText(certificate: PlanCertificate, style: Style): string {
  const { outcome, decisionId, tree } = certificate;
  const head = outcome.kind === "chosen" ? style.green(style.bold("Plan chosen")) : style.red(style.bold(`Plan refused: ${outcome.code}`));
  const body = outcome.kind === "chosen" ? chosenText(certificate, outcome, style) : refusedText(outcome, style);
  return `${head}: ${oneLine(treeText(tree))}\n${body}\n${style.dim(`plan ${decisionId}`)}\n`;
}

function chosenText({ steps, limits }: PlanCertificate, { selected, promise, claim, gap, score, proof }: CertifiedPlanChoice, style: Style): string {
  const rows = selected.map((pair, at) => {
    const offers = steps[at]?.offers ?? [];
    const offer = offers.find(({ service, model }) => service === pair.service && model === pair.model);
    const best = offers.reduce<(typeof offers)[number] | undefined>((most, each) => (most === undefined || each.score > most.score ? each : most), undefined);
    const alone = best === undefined || best === offer ? "" : `alone: ${best.service}${best.model === null ? "" : `/${best.model}`}`;
    return [String(at), pair.service, pair.model ?? "-", points(offer?.score ?? 0), offer?.costMicros === null || offer === undefined ? "-" : decimal(offer.costMicros), alone];
  });
  const lines = [
    ...said("cost", promise.costMicros === null ? "not said" : `at most ${decimal(promise.costMicros)}`, limits.budgetMicros === null ? null : decimal(limits.budgetMicros)),
    ...(promise.latencyUs === null || promise.coveragePpm === null
      ? []
      : said("latency", `at most ${milliseconds(promise.latencyUs)} in ${percent(promise.coveragePpm)}`, limits.latencyUs === null ? null : `${milliseconds(limits.latencyUs)} in ${percent(limits.coveragePpm)}`)),
    ...said("availability", `at least ${decimal(promise.availabilityMicros)}`, limits.availabilityMicros === null ? null : decimal(limits.availabilityMicros)),
    ...said("accuracy", `at least ${decimal(promise.accuracyMicros)}`, limits.accuracyMicros === null ? null : decimal(limits.accuracyMicros)),
  ];
  const shown = claim === "optimal" ? `No plan within the limits comes before it: a bound tree of ${String(proof.tree?.length ?? 0)} nodes shows it.` : `It keeps the limits; no plan scores higher by more than ${points(gap)}.`;
  return `\n${style.bold("Steps")}\n${tableText(["step", "service", "model", "score", "cost", "by itself"], rows, style)}\n${style.bold("Promise of the whole")}\n${lines.join("")}\n  Score ${points(score)}. ${shown}\n`;
}

function refusedText({ step, broken, claim }: CertifiedPlanRefusal, style: Style): string {
  if (step !== null) return `\n  No pair is admissible for step ${String(step)}: caio explain its request says why.\n`;
  if (claim === "undecided") return "\n  No plan was found that keeps the limits, and it was not shown that there is none.\n";
  if (broken.length === 0) return "\n  Each limit can be kept by itself, but not all together.\n";
  const lines = broken.map(({ limit, allowed, best }) => `  ${limit}: ${best === null ? "some step says nothing of it" : `the best is ${valueOf(limit, best)}`}, the limit is ${valueOf(limit, allowed)}\n`);
  return `\n${style.bold("Limits that no plan keeps")}\n${lines.join("")}`;
}

function said(name: string, promise: string, limit: string | null): string[] {
  return [`  ${name}: ${promise}${limit === null ? "" : ` (limit ${limit})`}\n`];
}

function valueOf(limit: string, value: number): string {
  if (limit === "latency") return milliseconds(value);
  return limit === "coverage" ? percent(value) : decimal(value);
}

function treeText(tree: PlanTree): string {
  if (typeof tree === "number") return String(tree);
  return "seq" in tree ? `seq(${tree.seq.map(treeText).join(", ")})` : `par(${tree.par.map(treeText).join(", ")})`;
}

function decimal(micros: number): string {
  return String(micros / 1_000_000);
}

function percent(ppm: number): string {
  return `${String(ppm / 10_000)} %`;
}

function milliseconds(us: number): string {
  return `${String(us / 1000)} ms`;
}

function points(pico: number): string {
  return (pico / 1e12).toFixed(6);
}
